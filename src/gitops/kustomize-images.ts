import { splitVersion } from '../image/split-version.ts';
import type { LooseImage } from './loose.ts';
import { newKeyAfter } from './new-key.ts';
import type { WrittenWorkload } from './pod-template.ts';
import { cutPieces, type Piece, type Slot, textOf } from './slot.ts';
import { type QuoteStyle, spellScalar } from './yaml-scalar.ts';
import type { YamlAt } from './yaml-source.ts';

/** One entry of an image transformer: what it looks for, and what it writes instead. */
export interface ImageEntry {
  readonly name: string;
  /** The name to write; with an undefined text the old one stays. */
  readonly newName: { readonly text?: string; readonly slot?: Slot };
  /** `:tag` or `@digest`; with an undefined text the old one stays. */
  readonly version: { readonly text?: string; readonly slot?: Slot };
  /** Set where name and version stand in one text. */
  readonly whole?: Slot;
}

/** The entries of `images:` (kustomize/api types.Image), or the one below a key of a transformer's own file. */
export function imageEntries(at: YamlAt | undefined, key?: string): readonly ImageEntry[] {
  const entries = key === undefined ? (at?.items() ?? []) : [at?.get(key)];
  return entries.flatMap((entry) => {
    if (entry === undefined) return [];
    const name = entry.get('name')?.string();
    return name === undefined ? [] : [{ name, newName: newNameOf(entry), version: versionOf(entry) }];
  });
}

function newNameOf(entry: YamlAt): ImageEntry['newName'] {
  const at = entry.get('newName');
  const text = at?.string();
  const slot =
    text === undefined ? newKeyAfter(entry, 'name', (value) => `newName: ${spellScalar(value, 'plain')}`) : at?.slot();
  return { ...(text === undefined ? {} : { text }), ...(slot === undefined ? {} : { slot }) };
}

/** A digest wins over a tag that stands beside it; to write a tag, the digest would have to go. */
function versionOf(entry: YamlAt): ImageEntry['version'] {
  const digest = entry.get('digest')?.string();
  const tag = entry.get('newTag')?.string();
  if (digest !== undefined && tag !== undefined) {
    const slot = bothSlot(entry);
    return { text: `@${digest}`, ...(slot === undefined ? {} : { slot }) };
  }
  if (digest === undefined && tag === undefined) {
    const after = entry.get('newName') === undefined ? 'name' : 'newName';
    const slot = newKeyAfter(entry, after, (value) => spellVersion(value, 'plain'));
    return slot === undefined ? {} : { slot };
  }
  const key = digest === undefined ? 'newTag' : 'digest';
  const slot = pairSlot(entry, key);
  return { text: digest === undefined ? `:${tag}` : `@${digest}`, ...(slot === undefined ? {} : { slot }) };
}

/** The whole pair is replaced, for `newTag` may have to become `digest`. */
function pairSlot(entry: YamlAt, key: string): Slot | undefined {
  const span = entry.span(key);
  if (span === undefined) return undefined;
  const pieces = entry.source.pieces(span.start, span.end);
  const outer = pieces.length === 1 ? pieces[0]?.slot : undefined;
  const written = pieces[0]?.text ?? '';
  const style: QuoteStyle = written.endsWith('"') ? 'double' : written.endsWith("'") ? 'single' : 'plain';
  return outer === undefined ? undefined : { ...outer, spell: (value) => spellVersion(value, style) };
}

/** Tag and digest side by side: one takes the place of both. */
function bothSlot(entry: YamlAt): Slot | undefined {
  const [tag, digest] = [entry.span('newTag'), entry.span('digest')];
  if (tag === undefined || digest === undefined) return undefined;
  const [first, second] = tag.start < digest.start ? [tag, digest] : [digest, tag];
  const pieces = entry.source.pieces(first.start, second.end);
  const slot = pieces.length === 1 ? pieces[0]?.slot : undefined;
  // A comment between them would be lost.
  const isSideBySide = /^[\s,]*$/.test(entry.source.text.slice(first.end, second.start));
  return slot === undefined || !isSideBySide ? undefined : { ...slot, spell: (value) => spellVersion(value, 'plain') };
}

function spellVersion(version: string, style: QuoteStyle): string {
  const at = version.indexOf('@');
  return at < 0
    ? `newTag: ${spellScalar(version.slice(1), style)}`
    : `digest: ${spellScalar(version.slice(at + 1), style)}`;
}

/** What the transformer makes of the images of a workload; entries apply one after the other. */
export function withImages<W extends WrittenWorkload>(workload: W, entries: readonly ImageEntry[]): W {
  const containers = workload.containers.map((container) => {
    const image = entries.reduce((pieces, entry) => transformed(pieces, entry), container.image);
    return { ...container, image };
  });
  return { ...workload, containers };
}

function transformed(pieces: readonly Piece[], { name, newName, version, whole }: ImageEntry): readonly Piece[] {
  const old = splitVersion(textOf(pieces));
  if (old.name !== name) return pieces;
  if (whole !== undefined) {
    return [{ text: `${newName.text ?? old.name}${version.text ?? old.version}`, slot: whole }];
  }
  return [
    { text: newName.text ?? old.name, ...(newName.slot === undefined ? {} : { slot: newName.slot }) },
    {
      text: version.text ?? old.version,
      ...(version.slot === undefined ? {} : { slot: version.slot }),
      isVersion: true,
    },
  ];
}

/** `name=new:tag`, `name:tag` or `name@digest`: how `kustomize edit set image` and Argo CD write an entry in one string. */
export function imageFromText(at: YamlAt): ImageEntry | undefined {
  const text = at.string();
  const slot = at.slot();
  if (text === undefined) return undefined;
  const equals = text.indexOf('=');
  const name = equals < 0 ? splitVersion(text).name : text.slice(0, equals);
  const { name: newName, version } = splitVersion(text.slice(equals + 1));
  const entry = { name, newName: { text: newName }, version: version === '' ? {} : { text: version } };
  if (slot === undefined) return { ...entry, version: { ...entry.version, ...tagSlot(at, version) } };
  const short = (image: string) => equals < 0 && splitVersion(image).name === name;
  return { ...entry, whole: { ...slot, spell: (image) => slot.spell(short(image) ? image : `${name}=${image}`) } };
}

/** The tag, where a template puts the text together and one value gives it. */
function tagSlot(at: YamlAt, version: string): { readonly slot?: Slot } {
  const pieces = at.pieces() ?? [];
  const length = textOf(pieces).length;
  const [tag, ...others] = version.startsWith(':') ? cutPieces(pieces, length - version.length + 1, length) : [];
  const slot = others.length > 0 ? undefined : tag?.slot;
  return slot === undefined ? {} : { slot: { ...slot, spell: (value) => slot.spell(value.replace(/^:/, '')) } };
}

/** What the entries write, for images of bases that are not here. */
export function looseEntries(entries: readonly ImageEntry[]): readonly LooseImage[] {
  return entries.flatMap((entry) => {
    const image = transformed([{ text: entry.name }], entry);
    return image.some(({ slot }) => slot !== undefined)
      ? [{ image, keys: `the entry ${entry.name} of images`, versionOnly: false }]
      : [];
  });
}
