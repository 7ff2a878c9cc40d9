import type { Condition, Node, Secret, ServiceAccount, Workload } from '../../../core/objects.ts';
import { defined } from '../../schema/defined.ts';
import { containersOf } from './containers.ts';
import { conditionsOf, describedMetadata, sectionOf, textOf } from './pod.ts';
import { printedTime } from './time.ts';
import { fieldsOf, pairsOf, printed, type Section, said, sectionsOf } from './tree.ts';

/** Sections that only one kind of workload prints. */
const WORKLOAD_SIGNS: readonly (readonly [string, Workload['kind']])[] = [
  ['StrategyType', 'Deployment'],
  ['Desired Number of Nodes Scheduled', 'DaemonSet'],
  ['Update Strategy', 'StatefulSet'],
  ['Schedule', 'CronJob'],
  ['Parallelism', 'Job'],
  ['Pods Status', 'ReplicaSet'],
];

export function workloadKindOf(sections: readonly Section[]): Workload['kind'] | undefined {
  return WORKLOAD_SIGNS.find(([key]) => sectionOf(sections, key) !== undefined)?.[1];
}

export function describedWorkload(kind: Workload['kind'], sections: readonly Section[], name: string): Workload {
  const replicas = textOf(sections, 'Replicas') ?? '';
  const pods = textOf(sections, 'Pods Status') ?? textOf(sections, 'Pods Statuses') ?? '';
  const selector = Object.fromEntries((textOf(sections, 'Selector') ?? '').split(',').flatMap(pairOf));
  const template = templateOf(sectionOf(sections, 'Pod Template'));
  const scheduled = (key: string) => countOf(textOf(sections, key), /^(\d+)/);
  return {
    kind,
    metadata: describedMetadata(sections, name),
    ...defined({
      template,
      selector: Object.keys(selector).length > 0 ? selector : undefined,
      desired:
        countOf(replicas, /(\d+) desired/) ??
        scheduled('Desired Number of Nodes Scheduled') ??
        countOf(textOf(sections, 'Parallelism'), /^(\d+)/),
    }),
    status: {
      ...defined({
        available: countOf(replicas, /(\d+) available/) ?? scheduled('Number of Nodes Scheduled with Available Pods'),
        updated: countOf(replicas, /(\d+) updated/) ?? scheduled('Number of Nodes Scheduled with Up-to-date Pods'),
        unavailable: countOf(replicas, /(\d+) unavailable/),
        active: countOf(pods, /(\d+) Active/),
        succeeded: countOf(pods, /(\d+) Succeeded/),
        failed: countOf(pods, /(\d+) Failed/),
        completionTime: printedTime(textOf(sections, 'Completed At')),
      }),
      conditions: conditionsOf(sectionOf(sections, 'Conditions')),
    },
  };
}

function countOf(text: string | undefined, pattern: RegExp): number | undefined {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

function pairOf(pair: string): [string, string][] {
  const at = pair.indexOf('=');
  return at <= 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
}

/** The template is printed like a pod, two columns further in. */
function templateOf(section: Section | undefined): Workload['template'] | undefined {
  if (section === undefined) return undefined;
  const sections = sectionsOf(section.body.map(({ text, number }) => ({ text: text.replace(/^ {2}/, ''), number })));
  return {
    containers: containersOf(sections).map((c) => c.spec),
    imageVolumes: [],
    ...defined({ serviceAccountName: textOf(sections, 'Service Account') }),
  };
}

export function describedServiceAccount(sections: readonly Section[], name: string): ServiceAccount {
  const section = sectionOf(sections, 'Image pull secrets');
  const listed = [section?.value, ...(section?.body ?? []).map((line) => line.text.trim())];
  return {
    kind: 'ServiceAccount',
    metadata: describedMetadata(sections, name),
    imagePullSecrets: listed.flatMap((value) => said(value)?.replace(/ \(not found\)$/, '') ?? []),
  };
}

/** Describe prints the sizes of a Secret's values, never the values. */
export function describedSecret(sections: readonly Section[], name: string): Secret {
  return {
    kind: 'Secret',
    metadata: describedMetadata(sections, name),
    ...defined({ type: textOf(sections, 'Type') }),
  };
}

export function describedNode(sections: readonly Section[], name: string): Node {
  const info = fieldsOf(sectionOf(sections, 'System Info')?.body ?? []);
  const addresses = fieldsOf(sectionOf(sections, 'Addresses')?.body ?? []);
  const unschedulable = textOf(sections, 'Unschedulable');
  return {
    kind: 'Node',
    metadata: describedMetadata(sections, name),
    ...defined({
      providerID: textOf(sections, 'ProviderID'),
      unschedulable: unschedulable === undefined ? undefined : unschedulable === 'true',
    }),
    conditions: nodeConditions(sectionOf(sections, 'Conditions')),
    images: [],
    info: defined({
      architecture: printed(info, 'Architecture'),
      operatingSystem: printed(info, 'Operating System'),
      kubeletVersion: printed(info, 'Kubelet Version'),
      containerRuntimeVersion: printed(info, 'Container Runtime Version'),
      osImage: printed(info, 'OS Image'),
    }),
    addresses: addresses.map(({ key, value }) => ({ type: key, address: value })),
  };
}

const TIME = '\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} [+-]\\d{4}';
/** `Type Status LastHeartbeatTime LastTransitionTime Reason Message`. */
const NODE_CONDITION = new RegExp(
  `^\\s*(\\w+)\\s+(True|False|Unknown)\\s+(${TIME}|<unknown>)\\s+(${TIME}|<unknown>)\\s+(\\S+)\\s*(.*)$`,
);

function nodeConditions(section: Section | undefined): Condition[] {
  return (section?.body ?? []).flatMap(({ text }) => {
    const [, type, status, , changed, reason, message] = NODE_CONDITION.exec(text) ?? [];
    if (type === undefined || status === undefined) return [];
    return [{ type, status, ...defined({ reason, message, lastTransitionTime: printedTime(changed) }) }];
  });
}

/** Newest heartbeat that a node's describe text prints. */
export function heartbeatOf(sections: readonly Section[]): string | undefined {
  const times = (sectionOf(sections, 'Conditions')?.body ?? []).map(({ text }) => NODE_CONDITION.exec(text)?.[3]);
  const lease = pairsOf(sectionOf(sections, 'Lease'), ': ').RenewTime;
  return [...times, lease]
    .map(printedTime)
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
