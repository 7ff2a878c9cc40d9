import type { ManifestChange } from '../core/manifest-change.ts';
import { findPlaceholder, standInTag } from '../image/placeholder.ts';
import { splitVersion } from '../image/split-version.ts';
import { automationNotes } from './automation.ts';
import type { Candidate, Located } from './candidate.ts';
import {
  type PlannedChange,
  planAccountSecret,
  planMemoryLimit,
  planPolicy,
  planPullSecret,
  planValuesPolicy,
  planValuesSecret,
} from './changes.ts';
import { type Fit, imageFit, nameFit, ownerFit, workloadFit } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import { locateBuild } from './locate-build.ts';
import type { LooseImage } from './loose.ts';
import { fewOf, sharedNotes, unfollowedNotes, unwrittenNotes, writtenNotes } from './notes.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import { bestPerPlace, type Fits, order, type Ranked, UNKNOWN_FITS, withoutOtherNamespaces } from './ranking.ts';
import type { Repository } from './repository.ts';
import { rewriteImage } from './rewrite.ts';
import { secretPlaces } from './secret-manifests.ts';
import { type Piece, textOf } from './slot.ts';
import type { Unit } from './unit.ts';
import { unitsOf } from './units.ts';
import type { WrittenObject } from './written-object.ts';
import { lineOf } from './yaml-source.ts';

/** Changes of a pod template. */
type InPodTemplate = Extract<ManifestChange, { kind: 'image' | 'pull-secret' | 'pull-policy' | 'memory-limit' }>;

/** Candidates that are told; more would help nobody. */
const MAX_CANDIDATES = 8;

/** Where in a checkout a change of a live object belongs: places in the order of what speaks for them, nothing weighed. */
export function locate(repository: Repository, live: LiveTarget, change: ManifestChange): Located {
  if (change.kind === 'build') return locateBuild(repository, change);
  const target = change.kind === 'memory-limit' ? targetOfLimit(change) : live;
  const units = unitsFor(repository, target, change);
  const found = units.flatMap((unit) => placesIn(repository, unit, target, change));
  const kept = withoutOtherNamespaces(found).map(withoutForeignEdits);
  const best = bestPerPlace(kept, target).sort((a, b) => order(a, b, target));
  const [first, second] = best;
  return {
    candidates: best.slice(0, MAX_CANDIDATES).map((ranked) => candidate(repository, ranked, units, target, change)),
    more: Math.max(0, best.length - MAX_CANDIDATES),
    decided: first !== undefined && (second === undefined || order(first, second, target) < 0),
    missed: missedIn(units, target),
  };
}

/** Nothing is written into what is deployed to another namespace, or by another tool's object. */
function withoutForeignEdits(ranked: Ranked): Ranked {
  const { planned, fits } = ranked;
  if (fits.namespace !== 'other' && fits.owner !== 'other') return ranked;
  return { ...ranked, planned: { at: planned.at } };
}

/** The object that deploys it, by its marks, brings what is not here: another place was found by its content alone. */
function ownerNotes({ fits }: Ranked, units: readonly Unit[], target: LiveTarget): readonly string[] {
  if (fits.owner === 'same') return [];
  const clauses = units
    .filter((unit) => unit.unfollowed.length > 0 && ownerFit(unit, target) === 'same')
    .flatMap(({ says, unfollowed }) => unfollowed.map((clause) => `${says} deploys it: ${clause}`));
  return fewOf(clauses);
}

/** What was not worked out of the units that deploy the live object; of all, where none is known to. */
function missedIn(units: readonly Unit[], target: LiveTarget): readonly string[] {
  const open = units.filter(({ unfollowed }) => unfollowed.length > 0);
  const own = open.filter((unit) => ownerFit(unit, target) === 'same');
  const clauses = (own.length > 0 ? own : open).flatMap(({ says, unfollowed }) =>
    unfollowed.map((clause) => `${says}: ${clause}`),
  );
  return fewOf(clauses);
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
  const { owner } = target;
  const version = splitVersion(target.image ?? '').version.slice(1);
  const asked = { release, worthParsing, version, ...(owner === undefined ? {} : { owner }) };
  return repository.once(`units ${JSON.stringify([release, owner, version, words])}`, () => unitsOf(repository, asked));
}

function releaseOf({ release, owner, workload, namespace = '' }: LiveTarget) {
  return { name: release ?? owner?.name ?? workload?.name ?? '', namespace };
}

/**
 * Words of which a file that matters has one: container names are written out in every manifest, and workloads have
 * their names but for a prefix or suffix. All files, when there is no container.
 */
function wordsOf({ container, image, workload }: LiveTarget, change: ManifestChange): readonly string[] {
  if (change.kind === 'service-account') return spellings(change.account);
  if (change.kind === 'secret-namespace') return spellings(change.name);
  if (container === undefined) return [];
  const repository = image === undefined ? [] : [splitVersion(image).name];
  return [container, ...repository, ...spellings(workload?.name ?? '')];
}

/** A name with and without what may be a prefix or suffix of an overlay. */
function spellings(name: string): readonly string[] {
  return [name, name.replace(/^[^-]*-/, ''), name.replace(/-[^-]*$/, '')].filter((word) => word.length > 2);
}

function placesIn(repository: Repository, unit: Unit, target: LiveTarget, change: ManifestChange): readonly Ranked[] {
  if (change.kind === 'service-account') return accounts(unit, target, change.account, change.name);
  if (change.kind === 'secret-namespace') return secretPlaces(repository, unit, change);
  if (change.kind === 'build') return [];
  const inWorkloads = unit.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => inWorkload(unit, workload, container, target, change)),
  );
  return change.kind === 'memory-limit' ? inWorkloads : [...inWorkloads, ...looseIn(unit, target, change)];
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
  const plan = planIn(unit, workload, container, change);
  const isOpen = change.kind === 'image' && fits.image !== 'same' && mayBeElsewhere(unit, container, fits.image);
  // What would be changed here is not what runs, and something that was not worked out may be what is.
  const planned = plan !== undefined && isOpen && plan.edits?.length !== 0 ? { at: plan.at } : plan;
  return planned === undefined ? [] : [{ planned, unit, fits, reason: reasonFor(unit, workload, container, fits) }];
}

/** Pipelines hand charts values of their own, and fill in an image that is only a stand-in. */
function mayBeElsewhere({ kind, unfollowed }: Unit, { image }: WrittenContainer, fit: Fit): boolean {
  return unfollowed.length > 0 || kind === 'helm' || fit === 'other' || isStandIn(textOf(image));
}

/** A variable that nothing here fills in, or a word that stands for what a pipeline writes there. */
function isStandIn(image: string): boolean {
  const tag = splitVersion(image).version.slice(1);
  return findPlaceholder(image) !== undefined || standInTag(tag) !== undefined;
}

function planIn(
  unit: Unit,
  workload: WrittenWorkload,
  container: WrittenContainer,
  change: InPodTemplate,
): PlannedChange | undefined {
  if (change.kind === 'image') return planImage(container.image, change.to) ?? placeOnly(container);
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

/** Put together of what cannot be led back to one place: the container is told. */
function placeOnly({ image, maps }: WrittenContainer): PlannedChange | undefined {
  const map = maps.findLast((at) => at.get('image') !== undefined) ?? maps.at(-1);
  const line = image.length === 0 ? undefined : map?.source.line(map.span('image')?.start ?? map.start);
  return line === undefined ? undefined : { at: { path: line.path, offset: line.start + line.column } };
}

function looseIn(
  unit: Unit,
  target: LiveTarget,
  change: Exclude<InPodTemplate, { kind: 'memory-limit' }>,
): readonly Ranked[] {
  return unit.loose.flatMap((loose): readonly Ranked[] => {
    const { image, keys, versionOnly } = loose;
    const whole = versionOnly ? withLiveName(image, target.image) : image;
    const fits: Fits = {
      ...UNKNOWN_FITS,
      namespace: nameFit(unit.namespace, target.namespace),
      owner: ownerFit(unit, target),
      image: imageFit(textOf(whole), target.image),
      loose: true,
    };
    if (fits.image !== 'same' && !(fits.image === 'near' && fits.owner === 'same')) return [];
    if (versionOnly && fits.owner !== 'same' && !namesTarget(keys, target)) return [];
    const planned = planLoose(unit, loose, whole, change);
    return planned === undefined
      ? []
      : [{ planned, unit, fits, reason: `${keys} in ${unit.says} gives ${textOf(whole)}` }];
  });
}

function planLoose(
  unit: Unit,
  { values }: LooseImage,
  image: readonly Piece[],
  change: Exclude<InPodTemplate, { kind: 'memory-limit' }>,
): PlannedChange | undefined {
  if (change.kind === 'image') return planImage(image, change.to);
  // Where the templates are here, they say what a value does.
  if (values === undefined || unit.chart?.templates !== undefined) return undefined;
  return change.kind === 'pull-policy'
    ? planValuesPolicy(values.layers, values.path, change.to)
    : planValuesSecret(values.layers, values.path, change.name);
}

/** `api.image` for the Deployment or the repository `api`: a version alone says too little. */
function namesTarget(keys: string, { image, workload }: LiveTarget): boolean {
  const repository = image === undefined ? undefined : splitVersion(image).name.split('/').at(-1);
  return keys.split('.').some((key) => key === repository || key === workload?.name);
}

/** The chart, which is not here, has the name; the values have the tag. */
function withLiveName(version: readonly Piece[], image: string | undefined): readonly Piece[] {
  const colon = image?.lastIndexOf(':') ?? -1;
  return colon < 0 || image === undefined ? version : [{ text: image.slice(0, colon + 1) }, ...version];
}

function accounts(unit: Unit, target: LiveTarget, account: string, name: string): readonly Ranked[] {
  return named(unit, account, ['ServiceAccount']).flatMap((object): readonly Ranked[] => {
    const planned = planAccountSecret(unit, object.at, name);
    const namespace = nameFit(object.namespace ?? unit.namespace, target.namespace);
    if (planned === undefined) return [];
    const fits = { ...UNKNOWN_FITS, namespace, owner: ownerFit(unit, target) };
    return [{ planned, unit, fits, reason: `ServiceAccount ${account} in ${unit.says}` }];
  });
}

function named({ objects }: Unit, name: string, kinds: readonly string[]): readonly WrittenObject[] {
  return objects.filter((object) => kinds.includes(object.kind) && object.name === name);
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
  ranked: Ranked,
  units: readonly Unit[],
  target: LiveTarget,
  change: ManifestChange,
): Candidate {
  const { planned, reason, unit } = ranked;
  const { path, offset } = planned.at;
  const text = repository.text(path) ?? '';
  const place = placeIn(text, offset);
  return {
    path,
    ...place,
    reason,
    notes: [
      ...writtenNotes(planned.edits),
      ...unwrittenNotes(ranked, change),
      ...sharedNotes(planned, unit, units, target),
      ...unfollowedNotes(unit),
      ...ownerNotes(ranked, units, target),
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
