import type { Message } from './message.ts';

const TYPE_AND_REASON = /(?:^|\s|\|)(?:Normal|Warning)[\s|]+([A-Z][A-Za-z]{2,60})[\s|]+/;
const AGE = /^(?:<(?:invalid|unknown)>|\d+[smhdwy](?:\d+[smhdwy])*(?: \(x\d+ over [^)]{1,20}\))?(?: ago)?)\s+/;
const SOURCE =
  /^(?:\{[a-z][\w.-]*(?: [^}\s]{1,253})?\}|kubelet(?:, \S{1,253})?|[a-z0-9]+(?:-[a-z0-9]+)*-(?:controller|scheduler|operator|manager|autoscaler|provisioner)|job-controller|taint-eviction-controller)(?:\s+|$)/;
const OBJECT =
  /^(?:[a-z]+(?:\.[a-z.]+)?\/[a-z0-9][\w.-]{0,252}|Pod|spec\.(?:initContainers|containers|ephemeralContainers)\{[^}]{0,253}\}:?)\s+/;
const FIELD_PATH = /^spec\.(?:initContainers|containers|ephemeralContainers)\{[^}]{0,253}\}:?\s+/;

/** A row of `kubectl describe` events or of `kubectl get events`, of any age: the message is what follows the known columns. */
export function readEventRow(line: string): Omit<Message, 'line' | 'group'> | undefined {
  const head = TYPE_AND_REASON.exec(line);
  if (head === null) return undefined;
  let rest = line.slice(head.index + head[0].length);
  for (let column = 0; column < 5; column++) {
    const found = AGE.exec(rest) ?? SOURCE.exec(rest) ?? OBJECT.exec(rest);
    if (found === null) break;
    rest = rest.slice(found[0].length);
  }
  return { text: rest.replace(FIELD_PATH, '').trim(), reason: head[1] as string };
}

const POD_ROW = /^\s*\S{1,253}\s+(?:\S{1,253}\s+)?\d+\/\d+\s+(?:Init:)?([A-Z][A-Za-z]{4,60})\s+\d+/;

/** A row of `kubectl get pods`: only its STATUS says something. */
export function readPodRow(line: string): Omit<Message, 'line' | 'group'> | undefined {
  const reason = POD_ROW.exec(line)?.[1];
  return reason === undefined ? undefined : { text: '', reason };
}
