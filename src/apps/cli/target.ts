import { UsageError } from '../../core/usage-error.ts';
import type { Subject } from '../../facts/facts.ts';

/** One TARGET of the command line. */
export interface Target {
  readonly kind: string;
  readonly name?: string;
}

const KINDS: Readonly<Record<string, string>> = {
  po: 'Pod',
  pod: 'Pod',
  pods: 'Pod',
  deploy: 'Deployment',
  deployment: 'Deployment',
  deployments: 'Deployment',
  rs: 'ReplicaSet',
  replicaset: 'ReplicaSet',
  replicasets: 'ReplicaSet',
  sts: 'StatefulSet',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  ds: 'DaemonSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  job: 'Job',
  jobs: 'Job',
  cj: 'CronJob',
  cronjob: 'CronJob',
  cronjobs: 'CronJob',
};

/** `pod/x`, `deploy/x`, a bare `pod`, a bare pod name; `pod x y` as kubectl takes it. */
export function parseTargets(words: readonly string[]): Target[] {
  const [first, ...names] = words;
  if (first === undefined) return [];
  const kind = KINDS[first.toLowerCase()];
  if (kind !== undefined) return names.length === 0 ? [{ kind }] : names.map((name) => ({ kind, name }));
  return words.map(parseTarget);
}

function parseTarget(word: string): Target {
  const slash = word.indexOf('/');
  if (slash < 0) return { kind: 'Pod', name: word };
  const kind = KINDS[word.slice(0, slash).toLowerCase()];
  const name = word.slice(slash + 1);
  if (kind === undefined || name === '') {
    throw new UsageError(
      `cannot tell what ${word} is: use pod/NAME, deploy/NAME, sts/NAME, ds/NAME, job/NAME, cronjob/NAME or rs/NAME`,
    );
  }
  return { kind, name };
}

/** Whether a word is written as `pod/x`, `deploy/x`. */
export function isTarget(word: string): boolean {
  const [kind = '', name = '', ...rest] = word.split('/');
  return KINDS[kind.toLowerCase()] !== undefined && name !== '' && rest.length === 0;
}

/** Tables and loose texts name no namespace: whoever gives them with `-n` knows it. */
export function inNamespace(namespace: string | undefined, asked: string | undefined): boolean {
  return asked === undefined || namespace === undefined || namespace === '' || namespace === asked;
}

/** Whether a case belongs to what was asked for; no targets: all do. */
export function selectTargets(
  targets: readonly Target[],
  namespace: string | undefined,
): (subject: Subject) => boolean {
  return (subject) =>
    inNamespace(subject.namespace, namespace) &&
    (targets.length === 0 || targets.some((target) => isOf(subject, target)));
}

function isOf(subject: Subject, { kind, name }: Target): boolean {
  if (kind === 'Pod') return subject.pod !== undefined && (name === undefined || subject.pod === name);
  return subject.owners.some((owner) => owner.kind === kind && (name === undefined || owner.name === name));
}
