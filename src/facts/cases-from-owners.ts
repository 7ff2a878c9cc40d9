import type { Case, Findings, NotImagePullCandidate } from './case.ts';
import type { Subject } from './facts.ts';
import { groupBy } from './group-by.ts';
import { isWorkloadKind, ownersOf } from './owners.ts';
import { objectKey, type SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { isAfter } from './time.ts';

/** Workloads whose pods the API server refuses: no pod exists, so the FailedCreate events of the owner speak. */
export function ownerCases(index: SnapshotIndex): Findings {
  const cases: Case[] = [];
  const notImagePull: NotImagePullCandidate[] = [];
  const refused = index.events.filter(
    ({ object }) => object.reason === 'FailedCreate' && object.involved.kind !== 'Pod',
  );
  const byOwner = groupBy(refused, ({ object }) => {
    const { kind, namespace, name } = object.involved;
    return `${kind ?? ''}/${objectKey(namespace ?? object.metadata.namespace, name ?? '')}`;
  });
  for (const [key, events] of byOwner) {
    const newest = newestOf(events);
    if (newest === undefined || hasPodsSince(index, newest)) continue;
    const error = index.decoded(newest.object.message);
    const subject = subjectOf(index, newest);
    if (error.leaf.kind === 'admission' || error.leaf.kind === 'reference' || error.leaf.kind === 'blocked') {
      cases.push({ key: `owner ${key}`, subject, seenIn: [newest.id] });
      continue;
    }
    notImagePull.push({
      pod: {
        namespace: subject.namespace ?? '',
        name: `${newest.object.involved.kind ?? ''}/${newest.object.involved.name ?? ''}`,
      },
      reason: 'FailedCreate',
      because: newest.object.message,
    });
  }
  return { cases, notImagePull };
}

function newestOf(events: readonly SeenOf<'Event'>[]): SeenOf<'Event'> | undefined {
  return events.reduce<SeenOf<'Event'> | undefined>(
    (last, event) => (last === undefined || isAfter(event.object.lastSeen, last.object.lastSeen) ? event : last),
    undefined,
  );
}

/** A pod that was made later, or all pods ready: the refusal is over. */
function hasPodsSince(index: SnapshotIndex, refusal: SeenOf<'Event'>): boolean {
  const { involved, metadata, lastSeen } = refusal.object;
  const namespace = involved.namespace ?? metadata.namespace;
  const name = involved.name ?? '';
  const kind = involved.kind ?? '';
  const created = index
    .eventsAbout(kind, namespace, name)
    .some(({ object }) => object.reason === 'SuccessfulCreate' && isAfter(object.lastSeen, lastSeen));
  if (created) return true;
  const owner = isWorkloadKind(kind) ? index.find(kind, namespace, name)?.object : undefined;
  if (owner === undefined || owner.kind === 'Job' || owner.kind === 'CronJob') return false;
  return owner.desired !== undefined && (owner.status.ready ?? 0) >= owner.desired;
}

function subjectOf(index: SnapshotIndex, { object }: SeenOf<'Event'>): Subject {
  const { involved, metadata } = object;
  const namespace = involved.namespace ?? metadata.namespace;
  const kind = involved.kind ?? '';
  const name = involved.name ?? '';
  const owner = isWorkloadKind(kind) ? index.find(kind, namespace, name)?.object : undefined;
  const template = owner?.template;
  const image = refusedImage(index, object.message, template?.containers.map((c) => c.image) ?? []);
  return {
    kind: 'owner',
    ...(namespace === undefined ? {} : { namespace }),
    ...(image === undefined ? {} : { image }),
    ...(template?.serviceAccountName === undefined ? {} : { serviceAccount: template.serviceAccountName }),
    owners: [{ kind, name }, ...(owner === undefined ? [] : ownersOf(index, owner.metadata))],
  };
}

/** The image that the refusal names, else the only one (or the first one that the text mentions) of the template. */
function refusedImage(
  index: SnapshotIndex,
  message: string,
  images: readonly (string | undefined)[],
): string | undefined {
  const known = images.filter((image) => image !== undefined);
  return known.find((image) => message.includes(image)) ?? index.decoded(message).image ?? known[0];
}
