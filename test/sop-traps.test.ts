import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSopTools } from '../src/apps/cli/sop-tools.ts';
import type { SopRun } from '../src/core/sop/run.ts';
import { findProcedure, loadProcedures } from '../src/sop/load.ts';
import { runProcedure } from '../src/sop/run.ts';

/** Bundles on which the search words of older procedures lead astray. */
const NOW = '2026-11-20T22:30:00Z';
const root = mkdtempSync(join(tmpdir(), 'pullwhy-sop-traps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const c1 = findProcedure(await loadProcedures(), 'C1')?.procedure;

/** Runs C1 over the files of one node, as the log collector of EKS lays them out. */
async function runOn(name: string, files: Readonly<Record<string, string>>): Promise<SopRun> {
  if (c1 === undefined) throw new Error('no C1');
  const folder = join(root, name, 'eks_i-0123456789abcdef0_2026-11-20_2200-UTC_0.7.9');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const tools = await openSopTools({ from: [join(root, name)], store: join(root, 'store') }, NOW);
  try {
    return await runProcedure(c1, {
      inputs: { pod: 'api-1', namespace: 'shop' },
      callTool: tools.callTool,
      now: () => NOW,
    });
  } finally {
    await tools.close();
  }
}

const step = ({ steps }: SopRun, id: string) => steps.find((each) => each.id === id);

const KUBELET = (error: string) =>
  `Nov 20 22:00:00 ip-10-0-0-1 kubelet[859]: E1120 22:00:00.000000     859 remote_image.go:250] "PullImage from image service failed" err=${JSON.stringify(`rpc error: code = Unknown desc = ${error}`)} image="registry.acme.example/shop/api:1.5.0"\n` +
  `Nov 20 22:00:01 ip-10-0-0-1 kubelet[859]: E1120 22:00:01.000000     859 pod_workers.go:1324] "Error syncing pod, skipping" err=${JSON.stringify(`failed to "StartContainer" for "app" with ErrImagePull: ${JSON.stringify(error)}`)} pod="shop/api-1" podUID="5fcbef6c-a347-456a-a4ce-9e54372da23e"\n`;

const NOT_FOUND =
  'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": registry.acme.example/shop/api:1.5.0: not found';

describe('C1', () => {
  it('does not call a runtime dead because no line says that it is alive', async () => {
    const done = await runOn('alive', {
      'kubelet/kubelet.log': KUBELET(NOT_FOUND),
      'containerd/containerd-log.txt':
        'Nov 20 21:00:01 ip-10-0-0-1 systemd[1]: Starting containerd.service - containerd container runtime...\n' +
        'Nov 20 21:00:02 ip-10-0-0-1 containerd[2891]: time="2026-11-20T21:00:02Z" level=info msg="containerd successfully booted in 0.052s"\n',
      'system/services.txt': 'containerd.service loaded active running containerd container runtime\n',
    });
    expect(step(done, 'runtime_runs')).toMatchObject({ outcome: 'done', holds: true });
    expect(done.rootCauses.map(({ cause }) => cause.id)).not.toContain('runtime-unavailable');
  });

  it('finds a stopped runtime in what an EKS bundle holds of it', async () => {
    const done = await runOn('stopped', {
      'kubelet/kubelet.log':
        'Nov 20 22:00:00 ip-10-0-0-1 kubelet[859]: E1120 22:00:00.000000     859 kubelet.go:3117] "Container runtime sanity check failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory\\""\n',
      'system/services.txt':
        'containerd.service loaded failed failed containerd container runtime\nkubelet.service loaded active running Kubernetes Kubelet\n',
    });
    expect(done).toMatchObject({ ended: 'stopped', stoppedBy: { step: 'runtime_runs' } });
    expect(done.rootCauses[0]).toMatchObject({ cause: { id: 'runtime-unavailable' } });
  });

  it('knows the words in which containerd says that an image is missing', async () => {
    const done = await runOn('missing', { 'kubelet/kubelet.log': KUBELET(NOT_FOUND) });
    expect(done.rootCauses[0]?.cause.id).toBe('tag-not-found');
    expect(done.report.text).toContain('registry.acme.example/shop/api');
  });

  it('takes the number of an account for no refused login', async () => {
    const done = await runOn('account', {
      'kubelet/kubelet.log':
        'Nov 20 22:00:00 ip-10-0-0-1 kubelet[859]: I1120 22:00:00.000000     859 event.go:389] "Event occurred" object="kube-system/coredns-1" fieldPath="spec.containers{coredns}" kind="Pod" apiVersion="v1" type="Normal" reason="Pulled" message="Successfully pulled image \\"602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.11.1\\" in 1.2s (1.2s including waiting). Image size: 25000000 bytes."\n',
    });
    expect(done.rootCauses).toEqual([]);
    expect(step(done, 'auth_errors')?.evidence).toEqual([]);
  });
});
