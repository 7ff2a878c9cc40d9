import { UsageError } from '../../core/usage-error.ts';
import type { Subject } from '../../facts/facts.ts';

/** What an alert points at: names as its labels give them. */
export interface Alert {
  readonly namespace: string;
  /** Kind and name; left out: the namespace as a whole. */
  readonly kind?: string;
  readonly name?: string;
}

/** An outage fires for every pod of a cluster; more would name the same again. */
const MAX_ALERTS = 1_000;

/**
 * Labels that name an object, most telling first (kube-state-metrics, kubernetes-mixin).
 * `job` is the scrape job of Prometheus, never a Kubernetes Job: that one is `job_name`.
 */
const LABEL_KINDS: readonly (readonly [string, string])[] = [
  ['pod', 'Pod'],
  ['exported_pod', 'Pod'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['cronjob', 'CronJob'],
  ['job_name', 'Job'],
];

/**
 * Reads an Alertmanager webhook payload (version 4), a list of alerts as its API gives them, one alert,
 * bare labels as JSON, or lines of metrics. Resolved alerts count only when nothing fires any more.
 */
export function parseAlerts(text: string): Alert[] {
  const found =
    text.trimStart().startsWith('{') || text.trimStart().startsWith('[') ? fromJson(text) : fromMetrics(text);
  const distinct = new Map(found.slice(0, MAX_ALERTS).map((alert) => [JSON.stringify(alert), alert]));
  if (distinct.size === 0) {
    throw new UsageError(
      'no alert with a namespace label in --alert: give an Alertmanager webhook payload, an alert, its labels, or lines of kube_pod_container_status_waiting_reason',
    );
  }
  return [...distinct.values()];
}

function fromJson(text: string): Alert[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError('--alert: this begins like JSON and is none');
  }
  const entries = alertsIn(value).map(record);
  const firing = entries.filter((entry) => statusOf(entry) !== 'resolved');
  return (firing.length > 0 ? firing : entries).flatMap((entry) => fromLabels(record(entry.labels ?? entry)));
}

function alertsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const { alerts } = record(value);
  return Array.isArray(alerts) ? alerts : [value];
}

/** A webhook says `"firing"`; the API `{"state": "active"}`. */
function statusOf({ status }: Readonly<Record<string, unknown>>): unknown {
  return typeof status === 'string' ? status : record(status).state;
}

/** `kube_pod_container_status_waiting_reason{namespace="shop",pod="api-x",reason="ImagePullBackOff"} 1` */
function fromMetrics(text: string): Alert[] {
  return text.split('\n').flatMap((line) => {
    const [, labels, value] = /^[a-zA-Z_:][\w:]*\{([^}]{0,4000})\}\s+(\S+)/.exec(line.trim()) ?? [];
    if (labels === undefined || Number(value) === 0) return [];
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
    return fromLabels(Object.fromEntries(pairs.map(([, key, word]) => [key, word])));
  });
}

function fromLabels(labels: Readonly<Record<string, unknown>>): Alert[] {
  const word = (label: string) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  // Prometheus renames labels of the target that clash with its own.
  const namespace = word('exported_namespace') ?? word('namespace');
  if (namespace === undefined) return [];
  const [label, kind] = LABEL_KINDS.find(([each]) => word(each) !== undefined) ?? [];
  const name = label === undefined ? undefined : word(label);
  return [{ namespace, ...(kind === undefined || name === undefined ? {} : { kind, name }) }];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * The cases that alerts point at. Alerts outlive pods: of a namespace whose pods have all been replaced since,
 * every case counts.
 */
export function selectAlerts(alerts: readonly Alert[], stuck?: ReadonlySet<string>): (subject: Subject) => boolean {
  const outdated = new Set(alerts.map(({ namespace }) => namespace));
  for (const { namespace, kind, name } of alerts) {
    if (kind !== 'Pod' || stuck === undefined || stuck.has(`${namespace}/${name}`)) outdated.delete(namespace);
  }
  return (subject) =>
    (subject.namespace !== undefined && outdated.has(subject.namespace)) ||
    alerts.some((alert) => isAbout(subject, alert));
}

function isAbout(subject: Subject, { namespace, kind, name }: Alert): boolean {
  if (subject.namespace !== namespace) return false;
  if (kind === undefined) return true;
  if (kind === 'Pod') return subject.pod === name;
  return subject.owners.some((owner) => owner.kind === kind && owner.name === name);
}
