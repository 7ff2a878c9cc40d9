import type { EvidenceId } from '../../core/evidence.ts';
import type { Leaf, Runtime } from '../../core/pull-error.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { namesOf, nodeWords } from '../shared/names.ts';
import { decisiveLeaf } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'runtime' }>['problem'];

interface Params {
  readonly problem: Problem;
  /** systemd unit of the runtime. */
  readonly unit: string;
  readonly runtimeName: string;
}

interface Finding {
  readonly verdict: 'confirmed' | 'likely' | 'possible';
  readonly detail?: string;
  readonly note: string;
}

/** What each problem proves; a failed pull record is the disk's matter and not the runtime's. */
const FINDINGS: Record<Exclude<Problem, 'pull-record'>, Finding> = {
  unavailable: {
    verdict: 'confirmed',
    detail: 'socket-unreachable',
    note: "nobody answers at the runtime's socket, so no pull was begun",
  },
  stopped: {
    verdict: 'likely',
    detail: 'stopped',
    note: 'the runtime logged that it stops and nothing since, while the kubelet went on',
  },
  'service-missing': {
    verdict: 'confirmed',
    detail: 'cri-not-served',
    note: 'the runtime runs, but does not serve the CRI version that was asked for: its CRI plugin did not load, or the versions do not fit',
  },
  inspect: {
    verdict: 'likely',
    detail: 'image-store',
    note: 'the runtime answers, but cannot tell which images it has: it is going down, or its image store is broken',
  },
  timeout: { verdict: 'likely', detail: 'no-answer', note: 'the runtime did not answer the kubelet in time' },
  other: { verdict: 'possible', note: 'the runtime failed by itself' },
};

const UNITS: Partial<Record<Runtime, readonly [unit: string, name: string]>> = {
  containerd: ['containerd', 'containerd'],
  'cri-o': ['crio', 'CRI-O'],
  docker: ['docker', 'Docker'],
};

function runtimeOf(facts: Facts, said: Runtime | undefined): readonly [unit: string, name: string] {
  const known = facts.versions.state === 'present' ? facts.versions.value.runtime : undefined;
  return UNITS[known ?? said ?? 'containerd'] ?? ['containerd', 'containerd'];
}

/** Log lines that say why the runtime does not serve: a configuration it refused, a restart. */
function logProof(facts: Facts): readonly EvidenceId[] {
  if (facts.runtimeLog.state !== 'present') return [];
  const { configProblems, runtimeRestarts } = facts.runtimeLog.value;
  return [...configProblems.map((p) => p.evidence), ...runtimeRestarts];
}

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'runtime');
  if (witness === undefined) return undefined;
  const { problem } = witness.error.leaf;
  if (problem === 'pull-record') return undefined;
  const { verdict, detail, note } = FINDINGS[problem];
  const [unit, runtimeName] = runtimeOf(facts, witness.error.runtime);
  const log = logProof(facts);
  return {
    verdict: verdict === 'likely' && log.length > 0 ? ('confirmed' as const) : verdict,
    because: [witness.evidence, ...log],
    params: { problem, unit, runtimeName },
    ...(detail === undefined ? {} : { detail }),
    note,
    ...(verdict === 'confirmed'
      ? {}
      : { toDecide: `systemctl status ${unit} and journalctl -u ${unit} on ${nodeWords(facts)}` }),
  };
}

function statement({ problem, runtimeName }: Params, facts: Facts): string {
  const where = nodeWords(facts);
  if (problem === 'service-missing')
    return `${runtimeName} on ${where} does not serve the CRI that it is asked for: no image can be pulled there`;
  if (problem === 'inspect')
    return `${runtimeName} on ${where} cannot tell which images it has: no container of this image can start there`;
  if (problem === 'other') return `${runtimeName} on ${where} cannot be used by its client`;
  if (problem === 'timeout') return `${runtimeName} on ${where} does not answer the kubelet in time`;
  return `${runtimeName} on ${where} is down or not reachable at its socket: no image can be pulled there`;
}

/** No runtime that could pull. */
export const cause = defineCause<Params>({
  id: 'runtime-unavailable',
  link: 'runtime',
  class: 'config',
  severity: 'critical',
  title: 'The container runtime of the node is not usable',
  meaning:
    "The kubelet, or a tool, cannot reach the runtime's CRI service: the daemon is stopped, restarting or out of memory, it " +
    'refused its configuration and runs without the CRI plugin, or it is too old or too new for the CRI version asked for. ' +
    'Every pull of the node fails until it is back, whatever the image; the registry has no part in it.',
  refines: [],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
      from: 'kubelet 1.30',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /var/run/crio/crio.sock: connect: no such file or directory"',
      from: 'kubelet, CRI-O',
      gives: 'first',
    },
    {
      example: 'pulling image: rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService',
      from: 'crictl, containerd without CRI plugin',
      gives: 'first',
    },
    {
      example:
        'Failed to inspect image "registry.acme.example/shop/api:1.5.0": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
      from: 'kubelet 1.31',
      gives: 'first',
    },
  ],
  confirmedBy: [
    "the runtime's socket refuses or is missing (dial unix ….sock)",
    'the runtime answers "unknown service runtime.v1.ImageService"',
    'an ImageInspectError together with runtime restarts or configuration errors in the node log',
  ],
  ruledOutBy: ['other pulls of the same node work at the same time'],
  special: [
    'containerd: mirrors together with config_path, or a TOML error, keep the CRI plugin from loading; the journal has "failed to load plugin".',
    'containerd: "unknown service runtime.v1alpha2.ImageService" is a kubelet or crictl from before CRI v1 at a runtime that serves only v1, or a runtime without its CRI plugin.',
    'CRI-O: unit crio, socket /var/run/crio/crio.sock.',
    'cri-dockerd: the kubelet talks to cri-dockerd.sock, which needs Docker behind it: two daemons to look at.',
  ],
  prevention: [
    'Test a runtime configuration with `containerd config dump` or `crio config` before it is rolled out to nodes.',
    'Alert on node condition Ready and on kubelet_runtime_operations_errors_total.',
  ],
  sample: { problem: 'unavailable', unit: 'containerd', runtimeName: 'containerd' },
  judge,
  statement,
  remedies: ({ problem, unit }, facts) => {
    const { node } = namesOf(facts);
    return [
      {
        title: 'See whether the runtime runs, and its last words; run it on the node',
        safety: 'green',
        owner: 'operator',
        commands: [
          `systemctl status ${unit}`,
          `journalctl -u ${unit} --since -1h --no-pager | tail -n 100`,
          'crictl info',
        ],
      },
      ...(problem === 'service-missing'
        ? [
            {
              title: 'See which plugins failed to load, and why',
              safety: 'green' as const,
              owner: 'operator' as const,
              commands:
                unit === 'containerd'
                  ? [
                      'ctr plugins ls | grep -i cri',
                      'journalctl -u containerd --no-pager | grep -iE "failed to load plugin|invalid|disabled"',
                    ]
                  : [`journalctl -u ${unit} --no-pager | grep -iE "invalid|fatal"`],
              note: 'disabled_plugins = ["cri"] in /etc/containerd/config.toml is the default of some packages.',
            },
          ]
        : []),
      {
        title: 'Restart the runtime after the configuration is mended',
        safety: 'yellow',
        owner: 'operator',
        commands: [`systemctl restart ${unit}`],
        note: 'Running containers survive a restart of containerd and CRI-O; with Docker only if live-restore is on.',
      },
      {
        title: 'Keep new pods off the node meanwhile',
        safety: 'yellow',
        owner: 'operator',
        commands: [sh`kubectl cordon ${node}`],
      },
    ];
  },
  verify: (_, facts) => [
    { command: 'crictl info', expect: '"type": "RuntimeReady", "status": true' },
    { command: sh`kubectl get node ${namesOf(facts).node}`, expect: 'STATUS Ready' },
  ],
  escalate: ({ unit }, facts) => [
    {
      when: 'the runtime does not stay up after a restart, or several nodes are affected',
      to: 'platform team (node image, runtime version)',
      collect: [
        `journalctl -u ${unit} of ${nodeWords(facts)}`,
        'runtime configuration',
        'dmesg (out of memory, disk errors)',
      ],
    },
  ],
});
