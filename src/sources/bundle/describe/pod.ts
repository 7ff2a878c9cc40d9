import type { Condition, ImageVolume, Metadata, OwnerReference, Pod } from '../../../core/objects.ts';
import { defined } from '../../schema/defined.ts';
import { containersOf } from './containers.ts';
import { printedTime } from './time.ts';
import { fieldsOf, pairsOf, printed, type Section, said } from './tree.ts';

export function sectionOf(sections: readonly Section[], key: string): Section | undefined {
  return sections.find((section) => section.key === key);
}

export function textOf(sections: readonly Section[], key: string): string | undefined {
  return said(sectionOf(sections, key)?.value);
}

/** Metadata as describe prints it for every kind; no uid, and the owner only by kind and name. */
export function describedMetadata(sections: readonly Section[], name: string): Metadata {
  const owner = ownerOf(textOf(sections, 'Controlled By') ?? textOf(sections, 'Created By'));
  return {
    name,
    ...defined({
      namespace: textOf(sections, 'Namespace'),
      creationTimestamp: printedTime(textOf(sections, 'CreationTimestamp')),
    }),
    labels: pairsOf(sectionOf(sections, 'Labels'), '='),
    annotations: pairsOf(sectionOf(sections, 'Annotations'), ': '),
    ownerReferences: owner === undefined ? [] : [owner],
  };
}

function ownerOf(value: string | undefined): OwnerReference | undefined {
  const [kind, name] = (value ?? '').split('/', 2);
  return kind && name ? { kind, name, controller: true } : undefined;
}

/** A Pod from its describe text. What describe never prints (pull policy, pull secrets, waiting messages) stays unset. */
export function describedPod(sections: readonly Section[], name: string): Pod {
  const containers = containersOf(sections);
  const phase = textOf(sections, 'Status')?.split(' ', 1)[0];
  const selector = pairsOf(sectionOf(sections, 'Node-Selectors'), '=');
  return {
    kind: 'Pod',
    metadata: describedMetadata(sections, name),
    spec: {
      containers: containers.map((c) => c.spec),
      imageVolumes: imageVolumesOf(sectionOf(sections, 'Volumes')),
      ...defined({
        serviceAccountName: textOf(sections, 'Service Account'),
        nodeName: textOf(sections, 'Node')?.split('/', 1)[0],
        nodeSelector: Object.keys(selector).length > 0 ? selector : undefined,
        runtimeClassName: textOf(sections, 'Runtime Class Name'),
      }),
    },
    status: {
      ...defined({
        phase: phase === 'Terminating' ? undefined : phase,
        // Deletion has no field in describe texts; table rows tell of it in the same way.
        reason: textOf(sections, 'Reason') ?? (phase === 'Terminating' ? phase : undefined),
        message: messageOf(sectionOf(sections, 'Message')),
        startTime: printedTime(textOf(sections, 'Start Time')),
      }),
      conditions: conditionsOf(sectionOf(sections, 'Conditions')),
      containers: containers.map((c) => c.status),
    },
  };
}

function messageOf(section: Section | undefined): string | undefined {
  if (section === undefined) return undefined;
  return said([section.value, ...section.body.map((line) => line.text.trim())].join('\n').trim());
}

/** `Type  Status` of pods; jobs and deployments add `Reason`. */
export function conditionsOf(section: Section | undefined): Condition[] {
  return (section?.body ?? []).flatMap(({ text }) => {
    const [type, status, reason] = text.trim().split(/\s+/);
    const printed = status === 'True' || status === 'False' || status === 'Unknown';
    return type && printed ? [{ type, status, ...defined({ reason }) }] : [];
  });
}

function imageVolumesOf(section: Section | undefined): ImageVolume[] {
  return fieldsOf(section?.body ?? []).flatMap(({ key: volume, children }) => {
    if (!/^Image\b/.test(printed(children, 'Type') ?? '')) return [];
    return [
      {
        volume,
        ...defined({ reference: printed(children, 'Reference'), pullPolicy: printed(children, 'PullPolicy') }),
      },
    ];
  });
}
