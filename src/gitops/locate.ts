import type { ManifestChange } from '../core/manifest-change.ts';
import { automationNotes } from './automation.ts';
import type { Candidate, Located } from './candidate.ts';
import { type PlannedChange, planAccountSecret, planNamespace, planPolicy, planPullSecret } from './changes.ts';
import { type Fit, imageFit, nameFit, namespaceWords, ownerFit, workloadFit } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import type { Repository } from './repository.ts';
import { rewriteImage } from './rewrite.ts';
import { type Edit, type Piece, textOf } from './slot.ts';
import type { Unit } from './unit.ts';
import { unitsOf } from './units.ts';
import { lineOf, type YamlAt } from './yaml-source.ts';

/** A place with everything that is known for and against it. */
interface Ranked {
  readonly planned: PlannedChange;
  readonly unit: Unit;
  readonly reason: string;
  readonly fits: Fits;
}

interface Fits {
  readonly namespace: Fit;
  readonly owner: Fit;
  readonly image: Fit;
  readonly workload: Fit;
  readonly container: Fit;
  readonly loose: boolean;
}

const UNKNOWN_FITS: Fits = {
  namespace: 'unknown',
  owner: 'unknown',
  image: 'unknown',
  workload: 'unknown',
  container: 'unknown',
  loose: false,
};

/** Other users of one place that are named. */
const MAX_SHARED = 3;
/** Candidates that are told; more would help nobody. */
const MAX_CANDIDATES = 8;

/** Where in a checkout a change of a live object belongs: places in the order of what speaks for them, nothing weighed. */
export function locate(repository: Repository, target: LiveTarget, change: ManifestChange): Located {
  const units = unitsOf(repository, releaseOf(target), worthParsing(target, change));
  const found = units.flatMap((unit) => placesIn(unit, target, change));
  const kept = withoutOtherNamespaces(found);
  const best = bestPerPlace(kept, target).sort((a, b) => order(a, b, target));
  const [first, second] = best;
  return {
    candidates: best.slice(0, MAX_CANDIDATES).map((ranked) => candidate(repository, ranked, units, target)),
    decided: first !== undefined && (second === undefined || order(first, second, target) < 0),
  };
}

function releaseOf({ release, owner, workload, namespace = '' }: LiveTarget) {
  return { name: release ?? owner?.name ?? workload?.name ?? '', namespace };
}

/** Container names are written out in every manifest, so a file without the name is not parsed. */
function worthParsing({ container, image }: LiveTarget, change: ManifestChange): (text: string) => boolean {
  if (change.kind === 'service-account') return (text) => text.includes(change.account);
  if (change.kind === 'secret-namespace') return (text) => text.includes(change.name);
  return (text) => container === undefined || text.includes(container) || (image !== undefined && text.includes(image));
}

function placesIn(unit: Unit, target: LiveTarget, change: ManifestChange): readonly Ranked[] {
  if (change.kind === 'service-account') return accounts(unit, target, change.account, change.name);
  if (change.kind === 'secret-namespace') return secrets(unit, change);
  const inWorkloads = unit.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => inWorkload(unit, workload, container, target, change)),
  );
  return change.kind === 'image' ? [...inWorkloads, ...looseIn(unit, target, change.to)] : inWorkloads;
}

function inWorkload(
  unit: Unit,
  workload: WrittenWorkload,
  container: WrittenContainer,
  target: LiveTarget,
  change: Extract<ManifestChange, { kind: 'image' | 'pull-secret' | 'pull-policy' }>,
): readonly Ranked[] {
  const fits: Fits = {
    namespace: nameFit(workload.namespace ?? unit.namespace, target.namespace),
    owner: ownerFit(unit, target),
    image: imageFit(textOf(container.image), target.image),
    workload: workloadFit(workload, target.workload),
    container: nameFit(container.name, target.container),
    loose: false,
  };
  if (!isCandidate(fits)) return [];
  const planned = planIn(unit, workload, container, change);
  return planned === undefined ? [] : [{ planned, unit, fits, reason: reasonFor(unit, workload, container, fits) }];
}

function planIn(
  unit: Unit,
  workload: WrittenWorkload,
  container: WrittenContainer,
  change: Extract<ManifestChange, { kind: 'image' | 'pull-secret' | 'pull-policy' }>,
): PlannedChange | undefined {
  if (change.kind === 'image') return planImage(container.image, change.to);
  if (change.kind === 'pull-policy') return planPolicy(container, change.to);
  return planPullSecret(unit, workload, change.name, change.replaces);
}

/** Another workload's image is not the one to change; what cannot be told apart stays in. */
function isCandidate({ workload, container, image }: Fits): boolean {
  if (workload === 'other' || container === 'other') return false;
  return workload === 'same' || image === 'same' || image === 'near';
}

function planImage(pieces: readonly Piece[], to: string | undefined): PlannedChange | undefined {
  const written = pieces.findLast((piece) => piece.slot !== undefined)?.slot;
  if (written === undefined) return undefined;
  const edits = to === undefined ? undefined : textOf(pieces) === to ? [] : rewriteImage(pieces, to);
  const first = edits?.[0] ?? written;
  return { at: { path: first.path, offset: first.start }, ...(edits === undefined ? {} : { edits }) };
}

function looseIn(unit: Unit, target: LiveTarget, to: string | undefined): readonly Ranked[] {
  return unit.loose.flatMap(({ image, keys, versionOnly }): readonly Ranked[] => {
    const whole = versionOnly ? withLiveName(image, target.image) : image;
    const fits: Fits = {
      ...UNKNOWN_FITS,
      namespace: nameFit(unit.namespace, target.namespace),
      owner: ownerFit(unit, target),
      image: imageFit(textOf(whole), target.image),
      loose: true,
    };
    if (fits.image !== 'same' && !(fits.image === 'near' && fits.owner === 'same')) return [];
    if (versionOnly && fits.owner !== 'same') return [];
    const planned = planImage(whole, to);
    return planned === undefined
      ? []
      : [{ planned, unit, fits, reason: `${keys} of ${unit.says} gives ${textOf(whole)}` }];
  });
}

/** The chart, which is not here, has the name; the values have the tag. */
function withLiveName(version: readonly Piece[], image: string | undefined): readonly Piece[] {
  const colon = image?.lastIndexOf(':') ?? -1;
  return colon < 0 || image === undefined ? version : [{ text: image.slice(0, colon + 1) }, ...version];
}

function accounts(unit: Unit, target: LiveTarget, account: string, name: string): readonly Ranked[] {
  return named(unit, account, ['ServiceAccount']).flatMap((object): readonly Ranked[] => {
    const planned = planAccountSecret(object, name);
    const namespace = nameFit(object.at('metadata', 'namespace')?.string() ?? unit.namespace, target.namespace);
    if (planned === undefined) return [];
    const fits = { ...UNKNOWN_FITS, namespace, owner: ownerFit(unit, target) };
    return [{ planned, unit, fits, reason: `ServiceAccount ${account} in ${unit.says}` }];
  });
}

/** Sealed secrets are bound to their namespace by encryption, so those are left out. */
const SECRET_KINDS = ['Secret', 'ExternalSecret', 'VaultStaticSecret', 'OnePasswordItem'];

function secrets(unit: Unit, change: Extract<ManifestChange, { kind: 'secret-namespace' }>): readonly Ranked[] {
  return named(unit, change.name, SECRET_KINDS).flatMap((object): readonly Ranked[] => {
    if (object.at('metadata', 'namespace')?.string() !== change.from) return [];
    const planned = planNamespace(object, change.to);
    const kind = object.get('kind')?.string();
    return planned === undefined
      ? []
      : [{ planned, unit, fits: UNKNOWN_FITS, reason: `${kind} ${change.name} makes it in ${change.from}` }];
  });
}

function named({ objects }: Unit, name: string, kinds: readonly string[]): readonly YamlAt[] {
  return objects.filter(
    (object) => kinds.includes(object.get('kind')?.string() ?? '') && object.at('metadata', 'name')?.string() === name,
  );
}

function reasonFor(unit: Unit, workload: WrittenWorkload, container: WrittenContainer, { image }: Fits): string {
  const name =
    workload.name === undefined || workload.name === '' ? workload.kind : `${workload.kind} ${workload.name}`;
  const which = container.name === undefined ? name : `container ${container.name} of ${name}`;
  const where = unit.kind === 'plain' && unit.says.includes('.') ? '' : ` in ${unit.says}`;
  const says = textOf(container.image);
  const drift = image === 'near' || image === 'other' ? `, which says ${says} and not what runs` : '';
  return `${which}${where}${drift}`;
}

/** A place for another namespace counts only where there is no better one. */
function withoutOtherNamespaces(all: readonly Ranked[]): readonly Ranked[] {
  const fitting = all.filter(({ fits }) => fits.namespace !== 'other' && fits.owner !== 'other');
  return fitting.length > 0 ? fitting : all;
}

const RANK: Readonly<Record<Fit, number>> = { same: 0, near: 1, unknown: 2, other: 3 };

/**
 * What speaks for a place, in this order: the tool that owns the object deploys it; the image is the one that runs; the
 * workload, the container and the namespace have its names; it is a pod template; its path names the namespace.
 */
function order(a: Ranked, b: Ranked, { namespace }: LiveTarget): number {
  const key = ({ fits, planned }: Ranked) => [
    RANK[fits.owner],
    RANK[fits.image],
    RANK[fits.workload],
    RANK[fits.container],
    RANK[fits.namespace],
    fits.loose ? 1 : 0,
    -namespaceWords(planned.at.path, namespace),
  ];
  const [keyA, keyB] = [key(a), key(b)];
  for (const [i, value] of keyA.entries()) {
    const difference = value - (keyB[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Several units may lead to one place: the one that speaks most for it stands for it. */
function bestPerPlace(all: readonly Ranked[], target: LiveTarget): Ranked[] {
  const places = new Map<string, Ranked>();
  for (const ranked of all) {
    const key = placeKey(ranked);
    const known = places.get(key);
    if (known === undefined || order(ranked, known, target) < 0) places.set(key, ranked);
  }
  return [...places.values()];
}

function placeKey({ planned }: Ranked): string {
  return `${planned.at.path}:${planned.at.offset}`;
}

function candidate(
  repository: Repository,
  { planned, reason, unit }: Ranked,
  units: readonly Unit[],
  target: LiveTarget,
): Candidate {
  const { path, offset } = planned.at;
  const text = repository.text(path) ?? '';
  const place = placeIn(text, offset);
  return {
    path,
    ...place,
    reason,
    notes: [
      ...writtenNotes(planned.edits),
      ...sharedNotes(planned, unit, units, target),
      ...automationNotes(repository, path, lineText(path, text, offset), target),
    ],
    ...(planned.edits === undefined ? {} : { edits: planned.edits }),
  };
}

function writtenNotes(edits: readonly Edit[] | undefined): readonly string[] {
  return edits?.length === 0 ? ['the file says so already: it is not rolled out, or another file decides'] : [];
}

/** Other workloads whose image is decided by the same place: the change reaches them as well. */
function sharedNotes(
  { edits = [] }: PlannedChange,
  own: Unit,
  units: readonly Unit[],
  { workload: live, container: name }: LiveTarget,
): readonly string[] {
  const places = new Set(edits.map(({ path, start }) => `${path}:${start}`));
  const isTouched = ({ image }: WrittenContainer) =>
    image.some(({ slot }) => slot !== undefined && places.has(`${slot.path}:${slot.start}`));
  const others = units.flatMap((unit) =>
    unit.kind === 'owned' && unit.root === own.root
      ? []
      : unit.workloads.flatMap((workload) => {
          const isLive = unit.root === own.root && workloadFit(workload, live) !== 'other';
          const touched = workload.containers.filter(
            (c) => isTouched(c) && !(isLive && nameFit(c.name, name) !== 'other'),
          );
          return touched.map(
            (c) => `${c.name ?? 'a container'} of ${workload.kind} ${workload.name ?? ''} in ${unit.says}`,
          );
        }),
  );
  const named = [...new Set(others)];
  if (named.length === 0) return [];
  const more = named.length > MAX_SHARED ? ` and ${named.length - MAX_SHARED} more` : '';
  return [`the same line decides for ${named.slice(0, MAX_SHARED).join(', ')}${more}`];
}

function lineText(path: string, text: string, offset: number): string {
  const { start, end } = lineOf(path, text, offset);
  return text.slice(start, end);
}

/** Line and column from 1; of a new line, the line that it would come after. */
function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
