import type { ManifestChange } from '../core/manifest-change.ts';
import { automationNotes } from './automation.ts';
import type { Candidate, Located } from './candidate.ts';
import {
  type PlannedChange,
  planAccountSecret,
  planMemoryLimit,
  planNamespace,
  planPolicy,
  planPullSecret,
} from './changes.ts';
import { imageFit, nameFit, ownerFit, workloadFit } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import { locateBuild } from './locate-build.ts';
import { sharedNotes, writtenNotes } from './notes.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import { bestPerPlace, type Fits, order, type Ranked, UNKNOWN_FITS, withoutOtherNamespaces } from './ranking.ts';
import type { Repository } from './repository.ts';
import { rewriteImage } from './rewrite.ts';
import { type Piece, textOf } from './slot.ts';
import type { Unit } from './unit.ts';
import { unitsOf } from './units.ts';
import { lineOf, type YamlAt } from './yaml-source.ts';

/** Changes of a pod template. */
type InPodTemplate = Extract<ManifestChange, { kind: 'image' | 'pull-secret' | 'pull-policy' | 'memory-limit' }>;

/** Candidates that are told; more would help nobody. */
const MAX_CANDIDATES = 8;

/** Where in a checkout a change of a live object belongs: places in the order of what speaks for them, nothing weighed. */
export function locate(repository: Repository, live: LiveTarget, change: ManifestChange): Located {
  if (change.kind === 'build') return locateBuild(repository, change);
  const target = change.kind === 'memory-limit' ? targetOfLimit(change) : live;
  const units = unitsFor(repository, target, change);
  const found = units.flatMap((unit) => placesIn(unit, target, change));
  const kept = withoutOtherNamespaces(found);
  const best = bestPerPlace(kept, target).sort((a, b) => order(a, b, target));
  const [first, second] = best;
  return {
    candidates: best.slice(0, MAX_CANDIDATES).map((ranked) => candidate(repository, ranked, units, target)),
    decided: first !== undefined && (second === undefined || order(first, second, target) < 0),
  };
}

/** Another workload than the one that fails; who applies that one was not asked. */
function targetOfLimit({
  namespace,
  workload,
  container,
}: Extract<ManifestChange, { kind: 'memory-limit' }>): LiveTarget {
  return { namespace, workload, container };
}

/** Several pulls and remedies ask for the same units; finding them is the work. */
function unitsFor(repository: Repository, target: LiveTarget, change: ManifestChange): readonly Unit[] {
  const release = releaseOf(target);
  const words = wordsOf(target, change);
  const worthParsing = (text: string) => words.length === 0 || words.some((word) => text.includes(word));
  return repository.once(`units ${JSON.stringify([release, words])}`, () => unitsOf(repository, release, worthParsing));
}

function releaseOf({ release, owner, workload, namespace = '' }: LiveTarget) {
  return { name: release ?? owner?.name ?? workload?.name ?? '', namespace };
}

/** Words of which a file that matters has one: container names are written out in every manifest. All files, when there is none. */
function wordsOf({ container, image }: LiveTarget, change: ManifestChange): readonly string[] {
  if (change.kind === 'service-account') return [change.account];
  if (change.kind === 'secret-namespace') return [change.name];
  return container === undefined ? [] : [container, ...(image === undefined ? [] : [image])];
}

function placesIn(unit: Unit, target: LiveTarget, change: ManifestChange): readonly Ranked[] {
  if (change.kind === 'service-account') return accounts(unit, target, change.account, change.name);
  if (change.kind === 'secret-namespace') return secrets(unit, change);
  if (change.kind === 'build') return [];
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
  change: InPodTemplate,
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
  change: InPodTemplate,
): PlannedChange | undefined {
  if (change.kind === 'image') return planImage(container.image, change.to);
  if (change.kind === 'pull-policy') return planPolicy(container, change.to);
  if (change.kind === 'memory-limit') return planMemoryLimit(container, change.to);
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

function lineText(path: string, text: string, offset: number): string {
  const { start, end } = lineOf(path, text, offset);
  return text.slice(start, end);
}

/** Line and column from 1; of a new line, the line that it would come after. */
function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
