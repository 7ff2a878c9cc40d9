import type { Built } from './built.ts';
import { configValue } from './config-maps.ts';
import { matchesPattern } from './kustomize-selector.ts';
import { podSpecPath, type WrittenContainer, type WrittenWorkload } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import { cutPieces, type Piece, textOf } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** The entries of `replacements:` (kustomize types.Replacement), those in files of their own included. */
export function replacementsOf(repository: Repository, file: string, at: YamlAt): readonly YamlAt[] {
  return (at.get('replacements')?.items() ?? []).flatMap((entry) => {
    const text = entry.get('path')?.string();
    const path = text === undefined ? undefined : resolvePath(folderOf(file), text);
    if (path === undefined) return [entry];
    return repository.documents(path).flatMap((document) => (document.isList() ? document.items() : [document]));
  });
}

/** What a replacement writes into images; one that could, and is not worked out, is told. */
export function withReplacement(repository: Repository, file: string, built: Built, replacement: YamlAt): Built {
  const targets = (replacement.get('targets')?.items() ?? []).filter(writesImage);
  if (targets.length === 0) return built;
  const source = sourceOf(repository, file, built, replacement.get('source'));
  if (source === undefined) {
    const name = replacement.at('source', 'name')?.string() ?? 'something';
    const clause = `a replacement in ${file} writes images from ${name}, which is not worked out`;
    return { ...built, unfollowed: [...built.unfollowed, clause] };
  }
  const replaced = (workload: WrittenWorkload) =>
    targets.reduce((w, target) => withTarget(w, target, source), workload);
  return { ...built, workloads: built.workloads.map(replaced) };
}

function pathsOf(target: YamlAt): readonly string[] {
  return (target.get('fieldPaths')?.items() ?? []).flatMap((at) => at.string() ?? []);
}

function writesImage(target: YamlAt): boolean {
  return pathsOf(target).some((path) => /(?:^|\.)image$/.test(path));
}

function sourceOf(
  repository: Repository,
  file: string,
  built: Built,
  source: YamlAt | undefined,
): readonly Piece[] | undefined {
  const kind = source?.get('kind')?.string();
  const name = source?.get('name')?.string() ?? '';
  const path = source?.get('fieldPath')?.string() ?? 'metadata.name';
  const written = built.objects.find(
    (object) => object.kind === kind && [object.name, ...(object.formerNames ?? [])].includes(name),
  );
  const pieces =
    written?.at.at(...path.split('.'))?.pieces() ??
    imageOf(built, kind, name, path) ??
    (kind === 'ConfigMap' ? configValue(repository, file, name, path.replace(/^data\./, ''))?.pieces : undefined);
  return pieces === undefined ? undefined : (partOf(pieces, source?.get('options')) ?? pieces);
}

/** The image of another workload. */
function imageOf(
  { workloads }: Built,
  kind: string | undefined,
  name: string,
  path: string,
): readonly Piece[] | undefined {
  const found = workloads.find((w) => w.kind === kind && [w.name, ...(w.formerNames ?? [])].includes(name));
  const before = `${podSpecPath(kind ?? '').join('.')}.`;
  if (found === undefined || !path.startsWith(before)) return undefined;
  return found.containers.find((container) => isAt(container, path.slice(before.length)))?.image;
}

/** `options: {delimiter, index}`: one of the parts between delimiters. */
function partOf(pieces: readonly Piece[], options: YamlAt | undefined): readonly Piece[] | undefined {
  const span = spanOf(textOf(pieces), options);
  return span === undefined ? undefined : cutPieces(pieces, span[0], span[1]);
}

function spanOf(text: string, options: YamlAt | undefined): readonly [number, number] | undefined {
  const delimiter = options?.get('delimiter')?.string() ?? '';
  if (delimiter === '') return undefined;
  const parts = text.split(delimiter);
  const index = Number(options?.get('index')?.string() ?? 0);
  const part = parts[index];
  if (part === undefined) return undefined;
  const start = parts.slice(0, index).reduce((sum, p) => sum + p.length + delimiter.length, 0);
  return [start, start + part.length];
}

function withTarget(workload: WrittenWorkload, target: YamlAt, source: readonly Piece[]): WrittenWorkload {
  if (
    !isSelected(workload, target.get('select')) ||
    (target.get('reject')?.items() ?? []).some((r) => isSelected(workload, r))
  )
    return workload;
  const before = `${podSpecPath(workload.kind).join('.')}.`;
  const paths = pathsOf(target).flatMap((path) => (path.startsWith(before) ? [path.slice(before.length)] : []));
  const options = target.get('options');
  const containers = workload.containers.map((container) =>
    paths.some((path) => isAt(container, path))
      ? { ...container, image: replacedImage(container.image, source, options) }
      : container,
  );
  return { ...workload, containers };
}

function isSelected({ kind, name = '', formerNames = [] }: WrittenWorkload, select: YamlAt | undefined): boolean {
  const wantedKind = select?.get('kind')?.string() ?? '';
  const wantedName = select?.get('name')?.string() ?? '';
  const names = [name, ...formerNames];
  return (
    select !== undefined &&
    (wantedKind === '' || wantedKind === kind) &&
    (wantedName === '' || names.some((n) => matchesPattern(wantedName, n) ?? n === wantedName))
  );
}

/** `containers.[name=app].image`, `containers.0.image`, `containers.*.image` */
function isAt({ list, index, name }: WrittenContainer, path: string): boolean {
  const [, wantedList, which = ''] = /^(\w+)\.(.+)\.image$/.exec(path) ?? [];
  if (wantedList !== list) return false;
  return which === '*' || which === String(index) || which === `[name=${name}]`;
}

function replacedImage(
  image: readonly Piece[],
  source: readonly Piece[],
  options: YamlAt | undefined,
): readonly Piece[] {
  const text = textOf(image);
  const span = spanOf(text, options);
  if (span === undefined) return source;
  return [...cutPieces(image, 0, span[0]), ...source, ...cutPieces(image, span[1], text.length)];
}
