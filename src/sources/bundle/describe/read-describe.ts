import type { KubeObject } from '../../../core/objects.ts';
import { defined } from '../../schema/defined.ts';
import { latestOf } from '../../schema/newest-time.ts';
import { after } from '../ages.ts';
import { EMPTY_READING, type FileContext, type Reading, type ReadObject } from '../reading.ts';
import { type EventRow, eventOfRow, eventRows, type Involved } from './events.ts';
import {
  describedNode,
  describedSecret,
  describedServiceAccount,
  describedWorkload,
  heartbeatOf,
  workloadKindOf,
} from './others.ts';
import { describedPod, sectionOf, textOf } from './pod.ts';
import { indentOf, type Line, type Section, sectionsOf } from './tree.ts';

/** Reads the `kubectl describe` text of one object. */
export function readDescribe(lines: readonly Line[], file: FileContext): Reading {
  const sections = sectionsOf(dedent(lines));
  const name = textOf(sections, 'Name');
  if (name === undefined) return EMPTY_READING;
  const object = objectOf(sections, name, file);
  const rows = eventRows(sectionOf(sections, 'Events')?.body ?? []);
  if (object === undefined) return EMPTY_READING;
  const lookedAt = lookTime(object, rows) ?? heartbeatOf(sections);
  const described: ReadObject = {
    parsed: {
      object,
      view: 'describe',
      dropped: [],
      ...defined({ newestTime: latestOf([lookedAt, startOf(object)]) }),
    },
    locator: `${file.name}:${lines[0]?.number ?? 1}`,
  };
  const involved: Involved = { kind: kindOf(object), name, ...defined({ namespace: object.metadata.namespace }) };
  const events = rows.map((row) => eventOfRow(row, involved, `${file.name}:${row.line}`, lookedAt));
  return { ...EMPTY_READING, known: true, objects: [described, ...events] };
}

/** Pasted text is often indented as a whole. */
function dedent(lines: readonly Line[]): Line[] {
  const indent = indentOf(lines[0]?.text ?? '');
  if (indent === 0 || !Number.isFinite(indent)) return [...lines];
  return lines.map(({ text, number }) => ({ text: text.slice(Math.min(indent, indentOf(text), text.length)), number }));
}

function objectOf(sections: readonly Section[], name: string, file: FileContext): KubeObject | undefined {
  const has = (key: string) => sectionOf(sections, key) !== undefined;
  const object = kindFromSections(sections, name, has);
  const namespace = object?.metadata.namespace ?? file.place.namespace;
  if (object === undefined || namespace === undefined || object.kind === 'Node') return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function kindFromSections(
  sections: readonly Section[],
  name: string,
  has: (key: string) => boolean,
): KubeObject | undefined {
  if (has('System Info')) return describedNode(sections, name);
  if (has('Image pull secrets')) return describedServiceAccount(sections, name);
  const workload = workloadKindOf(sections);
  if (workload !== undefined) return describedWorkload(workload, sections, name);
  if (has('Containers') || has('QoS Class') || (has('Node') && has('Status'))) return describedPod(sections, name);
  return has('Type') && has('Data') ? describedSecret(sections, name) : undefined;
}

function kindOf(object: KubeObject): string {
  return object.kind === 'Other' ? object.originalKind : object.kind;
}

function startOf(object: KubeObject): string | undefined {
  return object.kind === 'Pod' ? object.status.startTime : undefined;
}

/**
 * When the text was printed. Only pairs of an age and a printed time of the same happening tell:
 * a pod starts when it is scheduled, and a container runs from its last `Started` event on.
 */
function lookTime(object: KubeObject, rows: readonly EventRow[]): string | undefined {
  if (object.kind !== 'Pod') return undefined;
  const scheduled = rows.find((row) => row.reason === 'Scheduled')?.ages.first;
  const { startTime } = object.status;
  if (startTime !== undefined && scheduled !== undefined) return after(startTime, scheduled);
  const started = rows.find((row) => row.reason === 'Started')?.ages.last;
  const running = latestOf(object.status.containers.map((c) => c.state.running?.startedAt));
  return running !== undefined && started !== undefined ? after(running, started) : undefined;
}
