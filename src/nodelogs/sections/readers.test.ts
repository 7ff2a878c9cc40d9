import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { readClock } from './clock.ts';
import {
  compareVersions,
  readContainerdConfig,
  readContainerdVersion,
  usesTransferService,
} from './containerd-config.ts';
import { readK3sRegistries } from './k3s-registries.ts';
import { readKubeletSettings } from './kubelet-settings.ts';
import { mountOf, readMounts } from './mounts.ts';
import { readConntrack, readLinks, readRoutes } from './network-state.ts';
import { readAuthorities, readCredentialProviders, readSignaturePolicy } from './others.ts';
import { readProxy } from './proxy.ts';
import { readRegistriesConf } from './registries-conf.ts';
import { readHostFolders } from './registry-hosts.ts';
import { readHostsFile, readResolver } from './resolver.ts';
import { readProcesses, readServices } from './services.ts';
import { readStatsSummary } from './stats-summary.ts';
import { environmentOf, readUnit, shellWords } from './unit.ts';

const section = (text: string, path = 'file') => ({ path, text, cut: false });

describe('mounts', () => {
  it.each([
    ['/dev/sda1 on /var/lib/containerd type xfs (ro,relatime)', true],
    ['/dev/sda1 /var/lib/containerd xfs ro,relatime 0 0', true],
    ['└─/var/lib/containerd /dev/sda1 xfs rw,relatime', false],
  ])('%s', (line, readOnly) => {
    expect(readMounts(section(line))).toMatchObject([{ target: '/var/lib/containerd', type: 'xfs', readOnly }]);
  });

  it('the longest mount point above a path holds it, the last of equals', () => {
    const mounts = ['/', '/var', '/var/lib', '/var/lib2'].map((target) => ({ target }));
    expect(mountOf(mounts, '/var/lib/containerd')?.target).toBe('/var/lib');
    expect(mountOf(mounts, '/opt')?.target).toBe('/');
  });
});

describe('units', () => {
  it('joins lines, takes quotes off, lets later settings win', () => {
    const text =
      '# /etc/systemd/system/containerd.service.d/proxy.conf\n[Service]\nEnvironment="HTTPS_PROXY=http://a:1" NO_PROXY=x\nEnvironment=HTTPS_PROXY=http://b:2\nExecStart=/usr/bin/kubelet --a=1 \\\n  --b 2\n';
    const settings = readUnit(section(text));
    expect(settings[0]).toMatchObject({ key: 'Environment', line: 3, file: expect.stringContaining('proxy.conf') });
    expect(environmentOf(settings).get('HTTPS_PROXY')?.value).toBe('http://b:2');
    expect(shellWords(`a 'b c' d"e f"`)).toEqual(['a', 'b c', 'de f']);
  });

  it('proxies lose their login', () => {
    const text =
      '[Service]\nEnvironment="HTTPS_PROXY=http://user:CANARY-91@proxy.acme.example:3128" "NO_PROXY=10.0.0.0/8,.svc"\n';
    const proxy = readProxy(section(text, 'containerd/containerd.service.txt'));
    expect(proxy).toMatchObject({
      of: 'containerd',
      https: 'http://proxy.acme.example:3128',
      none: ['10.0.0.0/8', '.svc'],
    });
    expect(JSON.stringify(proxy)).not.toContain('CANARY');
  });
});

describe('kubelet settings', () => {
  it('a flag beats the file', () => {
    const file = section(
      'apiVersion: kubelet.config.k8s.io/v1beta1\nimageGCHighThresholdPercent: 70\nserializeImagePulls: false\nevictionHard:\n  imagefs.available: 10%\n',
    );
    const unit = section(
      'ExecStart=/usr/bin/kubelet --image-gc-high-threshold=60 --image-credential-provider-config /etc/p.json\n',
    );
    expect(readKubeletSettings([file], [unit], [])).toMatchObject({
      imageGcHighPercent: 60,
      serializeImagePulls: false,
      evictionHard: { 'imagefs.available': '10%' },
      credentialProviderConfig: '/etc/p.json',
    });
  });

  it('reads what /configz answers, and the command line of a process list', () => {
    const configz = section('{"kubeletconfig":{"registryPullQPS":5}}');
    const ps = section('root 1 0.0 /usr/bin/kubelet --container-runtime-endpoint=unix:///run/crio/crio.sock\n');
    expect(readKubeletSettings([configz], [], [ps])).toMatchObject({
      registryPullQps: 5,
      runtimeEndpoint: 'unix:///run/crio/crio.sock',
    });
    expect(readKubeletSettings([], [], [])).toBeUndefined();
  });
});

describe('containerd', () => {
  it('keeps no secret of configs and auths', () => {
    const text = `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."a.example".auth]\npassword = "CANARY-77"\n`;
    const config = readContainerdConfig([section(text, 'etc/containerd/config.toml')]);
    expect(config?.configuredHosts).toEqual(['a.example']);
    expect(JSON.stringify(config)).not.toContain('CANARY');
  });

  it('takes drop-ins after the main file', () => {
    const main = section(
      'version = 3\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/a"\n',
      'etc/containerd/config.toml',
    );
    const dropIn = section(
      'version = 3\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/b"\n',
      'etc/containerd/conf.d/10.toml',
    );
    expect(readContainerdConfig([dropIn, main])?.configPath).toBe('/b');
  });

  it.each([
    ['containerd github.com/containerd/containerd/v2 v2.1.9 1c4457e', '2.1.9'],
    ['containerd containerd.io 1.6.20 2806fc1', '1.6.20'],
    ['Client:\n  Version:  v1.7.24\n', '1.7.24'],
    ['crio version 1.36.0\n', undefined],
  ])('version: %s', (text, version) => {
    expect(readContainerdVersion([section(text)])).toBe(version);
  });

  it('pulls through the transfer service from 2.1 on, unless a setting needs the old way', () => {
    const config = readContainerdConfig([section('version = 3\n')]);
    if (config === undefined) throw new Error('unreadable');
    expect(usesTransferService(config, '2.1.0')).toBe(true);
    expect(usesTransferService(config, '2.0.9')).toBe(false);
    expect(usesTransferService({ ...config, discardUnpackedLayers: true }, '2.1.0')).toBe(false);
    expect(usesTransferService(config, undefined)).toBeUndefined();
    expect(compareVersions('2.10.0', '2.9.9')).toBeGreaterThan(0);
  });

  it('reads a tree of certs.d', () => {
    const toml = section(
      '[host."https://m.example"]\ncapabilities = ["pull", "fly"]\n',
      'x/etc/containerd/certs.d/a.example/hosts.toml',
    );
    const folders = readHostFolders(
      [toml],
      ['x/etc/containerd/certs.d/a.example/ca.crt', 'x/etc/containerd/certs.d/b.example/host.toml'],
    );
    expect(folders).toMatchObject([
      {
        root: '/etc/containerd/certs.d',
        name: 'a.example',
        file: { problem: expect.stringContaining('fly') },
        authorities: ['ca.crt'],
      },
      { name: 'b.example', otherFiles: ['host.toml'] },
    ]);
  });
});

describe('registries', () => {
  it('a later file replaces the rule of the same prefix', () => {
    const conf = readRegistriesConf([
      section('[[registry]]\nprefix = "a.example"\nblocked = true\n', 'etc/containers/registries.conf.d/1.conf'),
      section(
        'unqualified-search-registries = ["docker.io"]\n[[registry]]\nprefix = "a.example"\n',
        'etc/containers/registries.conf',
      ),
    ]);
    expect(conf?.registries).toMatchObject([{ prefix: 'a.example', blocked: true }]);
    expect(conf?.searchRegistries).toEqual(['docker.io']);
  });

  it('reads the old form', () => {
    const conf = readRegistriesConf([section("[registries.block]\nregistries = ['docker.io']\n", 'registries.conf')]);
    expect(conf?.registries).toMatchObject([{ prefix: 'docker.io', blocked: true }]);
  });

  it('k3s: endpoints, no logins', () => {
    const text =
      'mirrors:\n  docker.io:\n    endpoint: ["https://m.example"]\nconfigs:\n  m.example:\n    auth: {password: CANARY-5}\n    tls: {insecure_skip_verify: true}\n';
    const read = readK3sRegistries([section(text, 'etc/rancher/k3s/registries.yaml')]);
    expect(read?.mirrors.get('docker.io')).toEqual(['https://m.example']);
    expect(read?.insecureHosts).toEqual(['m.example']);
    expect(JSON.stringify(read)).not.toContain('CANARY');
  });

  it('policies and providers', () => {
    const policy = readSignaturePolicy([
      section('{"default":[{"type":"reject"}],"transports":{"docker":{"a.example":[{"type":"signedBy"}]}}}'),
    ]);
    expect(policy).toEqual({ byDefault: ['reject'], scopes: new Map([['a.example', ['signedBy']]]) });
    const providers = readCredentialProviders([
      section('providers:\n- name: ecr\n  matchImages: ["*.dkr.ecr.*.amazonaws.com"]\n'),
    ]);
    expect(providers).toMatchObject([{ name: 'ecr', matchImages: ['*.dkr.ecr.*.amazonaws.com'] }]);
  });
});

describe('network', () => {
  it('resolver, with the servers behind a stub', () => {
    const stub = section(
      'nameserver 127.0.0.53\nsearch acme.example\noptions ndots:5 edns0\n',
      'networking/resolv.conf',
    );
    const behind = section('nameserver 10.0.0.2\n', 'run/systemd/resolve/resolv.conf');
    expect(readResolver([behind, stub])).toMatchObject({
      servers: ['10.0.0.2'],
      search: ['acme.example'],
      ndots: 5,
      stub: true,
    });
    expect(readHostsFile(section('10.0.0.9 registry.acme.example # old\n# none\n'))).toMatchObject([
      { address: '10.0.0.9', names: ['registry.acme.example'], line: 1 },
    ]);
  });

  it.each([
    ['2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc mq state UP', 'eth0', 9001],
    ['eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500', 'eth0', 1500],
    ['5: eni12@if3: <BROADCAST,UP> mtu 9001 qdisc noqueue', 'eni12', 9001],
  ])('links: %s', (line, name, mtu) => {
    expect(readLinks(section(line))).toMatchObject([{ name, mtu, up: true }]);
  });

  it.each([
    ['default via 10.0.0.1 dev eth0 proto dhcp\n10.0.0.0/24 dev eth0 scope link\n', true, false],
    [
      'Kernel IP routing table\n0.0.0.0         10.0.0.1        0.0.0.0         UG    0      0        0 eth0\n',
      true,
      false,
    ],
    ['default via fe80::1 dev eth0\n', false, true],
    ['10.0.0.0/24 dev eth0 scope link\n', false, false],
  ])('routes: %s', (text, defaultV4, defaultV6) => {
    expect(readRoutes([section(text)])).toMatchObject({ defaultV4, defaultV6 });
  });

  it('connection tracking from counters, settings and files of /proc', () => {
    const sections = [
      section('cpu=0 found=1 insert_failed=2 drop=3\ncpu=1 insert_failed=1 drop=0\n', 'networking/conntrack.txt'),
      section('131072\n', 'networking/conntrack-max.txt'),
      section('net.netfilter.nf_conntrack_count = 131000\n', 'networking/conntrack-sysctl.txt'),
    ];
    expect(readConntrack(sections)).toEqual({ count: 131000, max: 131072, dropped: 3, insertFailed: 3 });
  });

  it('clocks of timedatectl and chrony', () => {
    const text =
      '   Universal time: Fri 2026-11-20 22:00:00 UTC\nSystem clock synchronized: no\nSystem time     : 412.000123 seconds slow of NTP time\n';
    expect(readClock([section(text)])).toEqual({
      synchronized: false,
      offsetSeconds: -412.000123,
      utc: '2026-11-20T22:00:00Z',
      from: { path: section(text).path, line: 3, text: expect.stringContaining('slow of NTP time') },
    });
  });

  const peers = (rows: string) =>
    `     remote           refid      st t when poll reach   delay   offset  jitter\n${'='.repeat(79)}\n${rows}\n`;
  const timesync = (offset: string) =>
    `       Server: 10.0.0.1 (ntp)\nPoll interval: 32s (min: 32s; max 34min 8s)\n       Offset: ${offset}\n`;

  it.each([
    [
      'ntpd that follows a server',
      peers('+10.0.0.2 .GPS. 1 u 3 64 377 0.2 9.9 0.1\n*10.0.0.1 10.8.1.1 3 u 33 64 377 0.241 7200000.5 0.045'),
      { synchronized: true, offsetSeconds: -7200.0005 },
    ],
    ['ntpd that follows none', peers(' 10.0.0.1 .INIT. 16 u - 64 0 0.000 0.000 0.000'), { synchronized: false }],
    ['ntpd that knows none', peers(''), undefined],
    [
      'ntpdate -q',
      'server 10.0.0.9, stratum 0, offset 0.000000, delay 0.00000\nserver 10.0.0.1, stratum 3, offset -31.500000, delay 0.02606\n',
      { offsetSeconds: 31.5 },
    ],
    [
      'ntpdate -q of servers that differ',
      'server 10.0.0.1, stratum 3, offset -31.5, delay 0.02\nserver 10.0.0.2, stratum 3, offset 0.1, delay 0.02\n',
      undefined,
    ],
    [
      'ntpdate that set the clock',
      '20 Nov 22:00:00 ntpdate[123]: step time server 10.0.0.1 offset 7199.998321 sec\n',
      undefined,
    ],
    ['timesyncd', timesync('+1.5ms'), { offsetSeconds: -0.0015 }],
    ['timesyncd that set the clock by what it measured', timesync('+1h 59min 59.9s'), undefined],
    ['ntpstat', 'synchronised to NTP server (10.0.0.1) at stratum 4\n', { synchronized: true }],
    ['ntpstat of a clock that runs alone', 'unsynchronised\n   polling server every 8 s\n', { synchronized: false }],
    ['timedatectl show', 'Timezone=UTC\nNTPSynchronized=yes\n', { synchronized: true }],
  ])('clocks of %s', (_, text, clock) => {
    const { from: _from, ...said } = readClock([section(text)]) ?? {};
    expect(said).toEqual(clock ?? {});
  });

  it('no offset of a clock that never found a source', () => {
    const text =
      '2026-11-20T22:00:00Z\nSystem time     : 0.000000000 seconds fast of NTP time\nLeap status     : Not synchronised\n';
    expect(readClock([section(text)])).toEqual({
      synchronized: false,
      utc: '2026-11-20T22:00:00Z',
      from: { path: section(text).path, line: 3, text: 'Leap status     : Not synchronised' },
    });
  });
});

describe('services and processes', () => {
  it('reads units with and without a mark', () => {
    const text =
      '  containerd.service   loaded active running containerd container runtime\n● crio.service loaded failed failed CRI-O\n';
    expect(readServices(section(text)).map(({ name, active, line }) => [name, active, line])).toEqual([
      ['containerd', 'active', 1],
      ['crio', 'failed', 2],
    ]);
  });

  it('does not take a shim for the runtime', () => {
    expect([
      ...readProcesses(section('root 9 /usr/bin/containerd-shim-runc-v2 -id 1\nroot 2 /usr/bin/kubelet --a\n')),
    ]).toEqual(['kubelet']);
  });
});

it('stats of the kubelet', () => {
  const text =
    '{"node":{"fs":{"capacityBytes":10,"availableBytes":1},"runtime":{"imageFs":{"capacityBytes":20,"inodesFree":0,"inodes":5}}}}';
  expect(readStatsSummary([section(text)])).toEqual({
    nodeFs: { capacityBytes: 10, availableBytes: 1 },
    imageFs: { capacityBytes: 20, inodesFree: 0, inodes: 5 },
  });
});

it('never throws on what is no such file', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 2000 }),
    fc.json({ maxDepth: 6 }),
    fc.constant('[['.repeat(50_000)),
    fc.constant('a.'.repeat(100_000)),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const s = [section(text, 'x/certs.d/h/hosts.toml')];
      readContainerdConfig(s);
      readHostFolders(s, []);
      readRegistriesConf(s);
      readK3sRegistries([section(text, 'registries.yaml')]);
      readKubeletSettings(s, s, s);
      readProxy(section(text));
      readResolver(s);
      readHostsFile(section(text));
      readLinks(section(text));
      readRoutes(s);
      readConntrack(s);
      readClock(s);
      readMounts(section(text));
      readServices(section(text));
      readStatsSummary(s);
      readCredentialProviders(s);
      readSignaturePolicy(s);
      readAuthorities(s);
    }),
    { numRuns: 60 },
  );
});
