import { describe, expect, it } from 'vitest';
import { fileKindOf } from '../../core/node/file-kind.ts';
import type { LogEntry, Snapshot } from '../../core/snapshot.ts';
import { diagnose } from '../../tasks/diagnose/diagnose.ts';
import { withNodeStates } from './node-states.ts';

const AT = '2026-11-20T21:00:00.000Z';

function snapshot(files: Record<string, string>, logs: readonly LogEntry[] = []): Snapshot {
  const nodeFiles = Object.entries(files).map(([path, text]) => ({
    path,
    text,
    kind: fileKindOf(path),
    node: 'node-a',
  }));
  return {
    source: { kind: 'bundle', names: ['x'] },
    takenAt: AT,
    objects: [],
    logs,
    texts: [],
    coverage: [],
    gaps: [],
    nodeFiles,
  };
}

function failed(error: string): LogEntry {
  const raw = `time="${AT}" level=error msg="PullImage \\"registry.acme.example/shop/api:1\\" failed" error="failed to pull and unpack image \\"registry.acme.example/shop/api:1\\": ${error.replaceAll('"', '\\"')}"`;
  return { id: 'log/containerd.log:1', log: 'containerd', node: 'node-a', at: AT, locator: 'containerd.log:1', raw };
}

const incidentsOf = (seen: Snapshot) => diagnose(seen, { now: AT }).incidents;
const UNITS =
  'kubelet.service loaded active running kubelet\nsshd.service loaded active running ssh\nntp.service loaded active running ntp\n';

describe('a runtime that does not run', () => {
  it.each([
    ['failed', { 'system/services.txt': `● containerd.service loaded failed failed containerd\n${UNITS}` }, true],
    ['restarting', { 'system/services.txt': `crio.service loaded activating auto-restart CRI-O\n${UNITS}` }, true],
    ['skipped by the collector', { 'system/services.txt': UNITS, 'kubelet/config.json': '{}' }, true],
    [
      'not listed, but something of it was collected',
      { 'system/services.txt': UNITS, 'kubelet/config.json': '{}', 'containerd/containerd-version.txt': 'v1' },
      false,
    ],
    ['not listed outside of that collector', { 'services/services.txt': UNITS, 'system/services.txt': UNITS }, false],
    ['running', { 'system/services.txt': `containerd.service loaded active running containerd\n${UNITS}` }, false],
    [
      'another one runs',
      {
        'system/services.txt': `docker.service loaded inactive dead x\ncontainerd.service loaded active running x\n${UNITS}`,
      },
      false,
    ],
    [
      'part of k3s',
      { 'system/services.txt': `k3s-agent.service loaded active running k3s\n${UNITS}`, 'kubelet/config.json': '{}' },
      false,
    ],
  ])('%s', (_, files: Record<string, string>, down) => {
    const incidents = incidentsOf(snapshot(files));
    expect(incidents.map(({ cause, verdict }) => [cause.id, verdict])).toEqual(
      down ? [['runtime-unavailable', 'confirmed']] : [],
    );
    if (down) expect(incidents[0]?.evidence[0]?.locator).toMatch(/^system\/services\.txt:/);
  });
});

describe('a want of room', () => {
  const noSpace = failed('failed to extract layer sha256:aa: write /var/lib/containerd/x: no space left on device');

  it.each([
    [
      'bytes',
      { 'storage/mounts.txt': 'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100 100 0 100% /\n' },
    ],
    [
      'inodes',
      { 'storage/inodes.txt': 'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 100 0 100% /\n' },
    ],
  ])('is told as %s', (what, files: Record<string, string>) => {
    const [incident] = incidentsOf(snapshot(files, [noSpace]));
    expect(incident?.cause).toMatchObject({ id: 'disk-full', detail: what });
    expect(incident?.evidence.map(({ locator }) => locator)).toContain(`${Object.keys(files)[0]}:2`);
  });

  it('of another file system says nothing', () => {
    const files = {
      'storage/mounts.txt':
        'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100 9 91 9% /\ntmpfs 100 100 0 100% /run\n',
    };
    expect(withNodeStates(snapshot(files)).nodeStates?.[0]?.full).toEqual([]);
  });
});

describe('mirror settings without effect', () => {
  const files = {
    'etc/containerd/config.toml':
      'version = 3\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n',
    'etc/containerd/certs.d/registry.acme.example/hosts.toml': '[host."https://mirror.acme.example"]\n',
  };
  const lookup = failed(
    'failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host',
  );
  const refused = failed(
    'failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1: 403 Forbidden',
  );

  it('explain a registry that was asked itself and did not answer', () => {
    const [incident] = incidentsOf(snapshot(files, [lookup]));
    expect(incident).toMatchObject({ cause: { id: 'mirror-misconfigured', detail: 'unused' }, verdict: 'likely' });
  });

  it('do not explain a registry that answered', () => {
    expect(incidentsOf(snapshot(files, [refused]))[0]?.cause.id).not.toBe('mirror-misconfigured');
  });

  it('of other hosts say nothing', () => {
    const others = { ...files, 'etc/containerd/certs.d/quay.io/hosts.toml': '' };
    const { 'etc/containerd/certs.d/registry.acme.example/hosts.toml': _, ...without } = others;
    expect(incidentsOf(snapshot(without, [lookup]))[0]?.cause.id).toBe('dns-failure');
  });
});

describe('a clock that was measured', () => {
  const late = (until: string) =>
    failed(
      `failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${AT.slice(0, 19)}Z is after ${until}`,
    );
  const clock = (offset: string, leap = 'Normal') => ({
    'system/clock.txt': `$ date -u +%Y-%m-%dT%H:%M:%SZ\n2026-11-20T21:05:00Z\n$ chronyc -n tracking\nSystem time     : ${offset} of NTP time\nLeap status     : ${leap}\n`,
  });

  it.each([
    ['wrong', clock('90000.5 seconds fast'), 'node-clock-ahead', true],
    ['right', clock('0.000012 seconds slow'), 'certificate', true],
    ['by nobody', clock('0.000000 seconds fast', 'Not synchronised'), undefined, false],
  ])('as %s', (_, files, detail, cited) => {
    const [incident] = incidentsOf(snapshot(files, [late('2026-11-20T12:00:00Z')]));
    expect(incident?.cause.id).toBe('tls-expired');
    if (detail !== undefined) expect(incident?.cause.detail).toBe(detail);
    const proof = incident?.evidence.map(({ locator }) => locator);
    expect(proof?.includes('system/clock.txt:4')).toBe(cited);
  });

  it('of another node says nothing', () => {
    const seen = snapshot(clock('90000.5 seconds fast'), [late('2026-11-20T12:00:00Z')]);
    const files = seen.nodeFiles?.map((file) => ({ ...file, node: 'node-b' })) ?? [];
    const [incident] = incidentsOf({ ...seen, nodeFiles: files });
    expect(incident?.cause).toMatchObject({ id: 'tls-expired', detail: 'certificate' });
  });
});
