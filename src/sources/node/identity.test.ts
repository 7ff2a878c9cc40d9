import { describe, expect, it } from 'vitest';
import { memoryFile } from '../../nodelogs/memory-bundle.fixture.ts';
import { kindByContent } from './content-kind.ts';
import { identify } from './identity.ts';
import { withheldReason } from './withheld.ts';

const JOURNAL = 'Nov 20 22:12:51 ip-10-0-1-2 kubelet[859]: I1120 22:12:51.000001     859 kubelet.go:1] "x"\n';

function identityOf(name: string, files: Readonly<Record<string, string>>): ReturnType<typeof identify> {
  return identify(
    name,
    Object.entries(files).map(([path, text]) => memoryFile(path, text)),
  );
}

describe('where a bundle is from', () => {
  it.each([
    ['eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9.tar.gz', ['a.txt'], 'eks-log-collector'],
    ['x.tar.gz', ['storage/mounts.txt', 'containerd/containerd-log.txt'], 'eks-log-collector'],
    ['x', ['storage/mounts.txt', 'notes.md'], 'files'],
    ['sosreport-host-a-2026-11-20-abcdefg.tar.xz', ['a.txt'], 'sosreport'],
    ['x', ['root/sos_commands/kernel/dmesg'], 'sosreport'],
    ['x', ['registry/cluster-scoped-resources/core/nodes/node-a.yaml'], 'must-gather'],
    ['x', ['cluster-resources/pods/shop.json'], 'support bundle'],
    ['x', ['nodes.json', 'kube-system/replication-controllers.json'], 'cluster-info dump'],
    ['x', ['kubelet.log'], 'files'],
    ['eks_i-0123456789abcdef0_x', [], 'files'],
  ])('is told for %s with %j', async (name, paths, origin) => {
    expect((await identityOf(name, Object.fromEntries(paths.map((path) => [path, ''])))).origin).toBe(origin);
  });

  it('has the instance and the time that the archive is named by', async () => {
    const name = 'eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9.tar.gz';
    expect(await identityOf(name, { 'kubelet/kubelet.log': '' })).toMatchObject({
      nodes: ['i-0123456789abcdef0'],
      instances: ['i-0123456789abcdef0'],
      collectedAt: '2026-11-20T21:31:00.000Z',
    });
    expect(await identityOf('eks_i-0123456789abcdef0_2026-99-99_9999-UTC_1', { a: '' })).not.toHaveProperty(
      'collectedAt',
    );
  });
});

describe('the node of a bundle', () => {
  it.each([
    [
      'its hostname file',
      { 'etc/hostname': 'node-a.acme.example\n', 'kubelet/kubelet.log': JOURNAL },
      'node-a.acme.example',
    ],
    ['the host of its journal', { 'kubelet/kubelet.log': JOURNAL }, 'ip-10-0-1-2'],
    [
      'the name that the kubelet uses, when it is that of the journal with its domain',
      { 'kubelet/kubelet.log': `${JOURNAL}${JOURNAL.replace('"x"', '"y" node="ip-10-0-1-2.acme.example"')}` },
      'ip-10-0-1-2.acme.example',
    ],
    [
      'the journal, not another node that the kubelet speaks of',
      { 'kubelet/kubelet.log': JOURNAL.replace('"x"', '"y" node="ip-10-0-9-9.acme.example"') },
      'ip-10-0-1-2',
    ],
    [
      'the user that the kubelet is at the API server',
      { 'kubelet.log': 'E1120 22:12:51.000001     859 x.go:1] "x" err="User \\"system:node:node-a\\" cannot"\n' },
      'node-a',
    ],
    [
      'its instance id',
      { 'system/instance-id.txt': 'i-0123456789abcdef0\n', 'storage/mounts.txt': 'x' },
      'i-0123456789abcdef0',
    ],
  ])('is told by %s', async (_, files, node) => {
    expect((await identityOf('x', files)).nodes).toEqual([node]);
  });

  it('is unknown where nothing tells', async () => {
    expect((await identityOf('x', { 'kubelet.log': 'nothing\n' })).nodes).toEqual([]);
  });

  it('is told for each file where folders are named by nodes', async () => {
    const identity = await identityOf('must-gather.local.1', {
      'cluster-scoped-resources/core/nodes.yaml': '',
      'nodes/node-a/kubelet.log': JOURNAL,
      'nodes/node-b/kubelet.log': JOURNAL,
      'host_service_logs/masters/kubelet_service.log': JOURNAL,
    });
    expect(identity.nodes).toEqual(['node-a', 'node-b']);
    expect(identity.nodeOf('nodes/node-b/kubelet.log')).toBe('node-b');
    expect(identity.nodeOf('host_service_logs/masters/kubelet_service.log')).toBeUndefined();
  });

  it('is told for each of several bundles in one folder', async () => {
    const identity = await identityOf('evidence', {
      'eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9/kubelet/kubelet.log': JOURNAL,
      'eks_i-0fedcba9876543210_2026-11-20_2131-UTC_0.7.9/storage/mounts.txt': '',
    });
    expect(identity.nodes).toEqual(['ip-10-0-1-2', 'i-0fedcba9876543210']);
    expect(identity.nodeOf('eks_i-0fedcba9876543210_2026-11-20_2131-UTC_0.7.9/storage/mounts.txt')).toBe(
      'i-0fedcba9876543210',
    );
  });

  it('is told for folders side by side with a kubelet log each', async () => {
    const identity = await identityOf('evidence', {
      'good/kubelet.log': 'x\n',
      'good/df.txt': '',
      'bad/kubelet/kubelet.log': JOURNAL,
      'bad/containerd/containerd-log.txt': '',
    });
    expect(identity.nodes).toEqual(['good', 'ip-10-0-1-2']);
    expect(identity.nodeOf('bad/containerd/containerd-log.txt')).toBe('ip-10-0-1-2');
    expect(identity.nodeOf('good/df.txt')).toBe('good');
  });
});

describe('the kind of a file', () => {
  const klog = 'I1120 22:12:51.000001     859 kubelet.go:1] "SyncLoop ADD"\n'.repeat(5);
  const containerd = 'time="2026-11-20T22:12:51.38Z" level=info msg="PullImage \\"a.acme.example/b:1\\""\n'.repeat(5);
  it.each([
    ['a loose text of kubelet lines', 'a.txt', klog, 'kubelet'],
    ['a loose text of containerd lines', 'b', containerd, 'containerd'],
    [
      'a journal of all units',
      'c.txt',
      `${JOURNAL}${JOURNAL.replaceAll('kubelet', 'sshd')}${JOURNAL.replaceAll('kubelet', 'kernel')}${JOURNAL.replaceAll('kubelet', 'containerd')}`,
      'system',
    ],
    ['a place that tells, whatever the content', 'kubelet/kubelet.log', containerd, 'kubelet'],
    ['prose', 'notes.txt', 'The node went down.\nThen we restarted it.\n', 'other'],
    ['nothing', 'empty.txt', '', 'other'],
  ])('of %s is told', (_, path, head, kind) => {
    expect(kindByContent(path, head)).toBe(kind);
  });
});

describe('files that hold credentials', () => {
  it.each([
    ['{"auths":{"registry.acme.example":{"auth":"eA=="}}}', 'logins'],
    ['{\n  "credsStore": "desktop",\n  "auths": {}}', 'logins'],
    ['apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    client-key-data: eA==\n', 'kubeconfig'],
    ['{"kind":"Config","users":[{"user":\n{"token": "x"}}]}', 'kubeconfig'],
    ['-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n', 'private key'],
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl\n', 'token'],
  ])('%j are known', (text, what) => {
    expect(withheldReason(text)).toContain(what);
  });

  it.each([
    ['apiVersion: v1\nkind: Config\nclusters: []\n'],
    ['{"apiVersion":"v1","kind":"Secret","data":{},"note":"auths"}'],
    ['{"kind":"KubeletConfiguration","apiVersion":"kubelet.config.k8s.io/v1beta1"}'],
    ['E1120 x.go:1] "failed" err="-----BEGIN PRIVATE KEY----- in a message"\n'],
    [`${' '.repeat(60_000)}kind: Config`],
    [''],
  ])('%j are none', (text) => {
    expect(withheldReason(text)).toBeUndefined();
  });
});
