import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplayOptions } from '../../src/testing/replay-server.ts';
import { namespaceOf, RECORDINGS, recordedObjects } from './replayed-cluster.ts';

interface Accepted {
  readonly exact: readonly string[];
  readonly text?: readonly string[];
}

interface TruthMap {
  readonly map: Readonly<Record<string, Accepted>>;
  readonly scenario: Readonly<Record<string, Accepted>>;
}

/** A recording as a cluster with a node whose kubelet serves its logs, and what is true of it. */
export interface Recording {
  readonly replay: ReplayOptions & { readonly now: string };
  readonly namespace: string;
  readonly node: string;
  readonly pod: string;
  readonly serviceAccount: string;
  /** Causes that are right; by the logs of the node alone also those of `text`. */
  readonly accepted: Accepted;
  /** The objects of the cluster alone do not show the cause: it is in the logs of the node. */
  readonly onlyInLogs: boolean;
}

const TRUTHS = JSON.parse(readFileSync(join(RECORDINGS, 'truth-map.json'), 'utf8')) as TruthMap;
const ONLY_IN_LOGS: ReadonlySet<string> = new Set(['credential-provider-failing', 'mirror-hosts-toml-syntax']);
/** A moment after every recording. */
const NOW = '2026-11-21T00:30:00Z';

export function recordingOf(scenario: string): Recording {
  const objects = recordedObjects(scenario);
  const read = (name: string) => readFileSync(join(RECORDINGS, scenario, name), 'utf8');
  const { expected_cause: truth } = JSON.parse(read('truth.json')) as { readonly expected_cause: string };
  const stuck = objects.find(isStuck) ?? objects.find(({ kind }) => kind === 'Pod');
  const spec = stuck?.spec as { readonly nodeName?: string; readonly serviceAccountName?: string } | undefined;
  const node = spec?.nodeName ?? 'node-a';
  return {
    replay: {
      objects,
      now: NOW,
      kubelets: {
        [node]: { logQuery: true, journal: { kubelet: read('kubelet.log'), containerd: read('containerd.log') } },
      },
    },
    namespace: namespaceOf(objects),
    node,
    pod: stuck?.metadata?.name ?? '',
    serviceAccount: spec?.serviceAccountName ?? 'default',
    onlyInLogs: ONLY_IN_LOGS.has(scenario),
    accepted: TRUTHS.scenario[scenario] ?? TRUTHS.map[truth] ?? { exact: [truth] },
  };
}

function isStuck({ kind, status }: ReplayOptions['objects'][number]): boolean {
  const { containerStatuses = [], initContainerStatuses = [] } = (status ?? {}) as Record<
    string,
    readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[]
  >;
  const waiting = [...initContainerStatuses, ...containerStatuses].flatMap(({ state }) => state?.waiting?.reason ?? []);
  return kind === 'Pod' && waiting.some((reason) => !['ContainerCreating', 'PodInitializing'].includes(reason));
}
