import type { Evidence, EvidenceId } from '../core/evidence.ts';
import { excerpt } from '../core/redact.ts';
import type { SeenObject } from '../core/snapshot.ts';
import { splitId } from './evidence-ids.ts';
import { containerWords, objectTitle, objectWords } from './object-words.ts';
import { probeEvidence } from './registry-answer.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** Longer excerpts drown the report; the whole text is where the locator points. */
const MAX_EXCERPT = 600;

/** The piece of evidence behind an id, redacted; undefined when the id is of another snapshot. */
export function evidenceOf(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const seen = index.objectsById.get(id);
  if (seen !== undefined) return objectEvidence(seen, index);
  return (
    partEvidence(index, id) ??
    logEvidence(index, id) ??
    textEvidence(index, id) ??
    probeEvidence(index, id) ??
    fileEvidence(index, id) ??
    stateEvidence(index, id) ??
    coverageEvidence(index, id)
  );
}

function objectEvidence(seen: SeenObject, index: SnapshotIndex): Evidence {
  const { object } = seen;
  if (object.kind === 'Event') {
    const { involved, metadata, reason, message, lastSeen, firstSeen, count } = object;
    const about = `${involved.kind ?? 'object'} ${[involved.namespace ?? metadata.namespace, involved.name].filter(Boolean).join('/')}`;
    const times = count > 1 ? ` (${count} times)` : '';
    return {
      id: seen.id,
      source: 'event',
      locator: seen.view === 'full' ? `Event ${metadata.namespace ?? ''}/${metadata.name}` : seen.locator,
      ...observed(lastSeen ?? firstSeen),
      excerpt: excerpt(`${reason ?? 'Event'} on ${about}${times}: ${message}`, MAX_EXCERPT),
    };
  }
  const source = object.kind === 'Node' ? 'node' : 'object';
  return {
    id: seen.id,
    source,
    locator: seen.locator,
    ...observed(index.takenAt),
    excerpt: excerpt(objectWords(object), MAX_EXCERPT),
  };
}

function partEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const split = splitId(id);
  const seen = split === undefined ? undefined : index.objectsById.get(split.objectId);
  if (split === undefined || seen?.object.kind !== 'Pod') return undefined;
  const pod = seen as SeenOf<'Pod'>;
  const { part } = split;
  const { namespace, name } = pod.object.metadata;
  const title = objectTitle('Pod', namespace, name);
  const status =
    part.part === 'pull-secrets' ? undefined : pod.object.status.containers.find((c) => c.name === part.container);
  const base = { id, locator: pod.locator, ...observed(index.takenAt) };
  switch (part.part) {
    case 'pull-secrets': {
      const names = pod.object.spec.imagePullSecrets ?? [];
      return {
        ...base,
        source: 'object',
        excerpt: excerpt(`${title}: imagePullSecrets ${names.length === 0 ? 'none' : names.join(', ')}`),
      };
    }
    case 'waiting': {
      const { reason = '', message } = status?.state.waiting ?? {};
      const said = message === undefined ? reason : `${reason}: ${message}`;
      return {
        ...base,
        source: 'waiting',
        excerpt: excerpt(`${title}, container ${part.container} waits: ${said}`, MAX_EXCERPT),
      };
    }
    case 'last-run': {
      const end = status?.state.terminated ?? status?.lastState.terminated;
      const said =
        `ended with exit code ${end?.exitCode ?? 'unknown'} ${end?.reason ?? ''} ${end?.message ?? ''}`.trim();
      return {
        ...base,
        ...observed(end?.finishedAt ?? index.takenAt),
        source: 'object',
        excerpt: excerpt(`${title}, container ${part.container} ${said}`, MAX_EXCERPT),
      };
    }
    case 'container': {
      const container = pod.object.spec.containers.find((c) => c.name === part.container);
      const words = container === undefined ? `container ${part.container}` : containerWords(container);
      const running =
        status?.state.running === undefined ? '' : `, running since ${status.state.running.startedAt ?? 'some time'}`;
      return { ...base, source: 'object', excerpt: excerpt(`${title}, ${words}${running}`, MAX_EXCERPT) };
    }
  }
}

function logEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const entry = index.logsById.get(id);
  if (entry === undefined) return undefined;
  return { id, source: 'log', locator: entry.locator, ...observed(entry.at), excerpt: excerpt(entry.raw, MAX_EXCERPT) };
}

function textEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const text = index.textsById.get(id);
  return text === undefined
    ? undefined
    : { id, source: 'text', locator: text.locator, excerpt: excerpt(text.raw, MAX_EXCERPT) };
}

/** An object as a checkout writes it. */
function fileEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const written = index.snapshot.written?.find((each) => each.id === id);
  if (written === undefined) return undefined;
  const { path, line, object } = written;
  return { id, source: 'file', locator: `${path}:${line}`, excerpt: excerpt(objectWords(object), MAX_EXCERPT) };
}

/** What a file of a node shows. */
function stateEvidence({ snapshot }: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const sights = (snapshot.nodeStates ?? []).flatMap(({ runtimeDown, full, clock, unusedMirrors }) => [
    ...(runtimeDown === undefined ? [] : [runtimeDown]),
    ...full,
    ...(clock === undefined ? [] : [clock]),
    ...unusedMirrors,
  ]);
  const sight = sights.find((each) => each.id === id);
  if (sight === undefined) return undefined;
  return { id, source: 'file', locator: sight.locator, excerpt: excerpt(sight.text, MAX_EXCERPT) };
}

/** A list that was read whole is evidence for what is not in it. */
function coverageEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const coverage = index.snapshot.coverage.find((c) => c.because === id);
  if (coverage === undefined) return undefined;
  const { kind, namespace, name } = coverage;
  const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
  const said =
    name === undefined
      ? `all ${kind} objects of ${where} were listed`
      : `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}: the API server answers NotFound`;
  return {
    id,
    source: 'object',
    locator: id,
    ...observed(index.takenAt),
    excerpt: excerpt(said, MAX_EXCERPT),
  };
}

function observed(time: string | undefined): { readonly observedAt?: string } {
  return time === undefined ? {} : { observedAt: time };
}
