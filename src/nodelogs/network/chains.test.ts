import { describe, expect, it } from 'vitest';
import type { NetworkSectionName } from '../../core/node/network-answer.ts';
import { memoryBundle } from '../memory-bundle.fixture.ts';
import { judgeNetwork } from './network.ts';

const IMAGE = 'registry.acme.example:5000/shop/api:1.5.0';
const CERTS = 'etc/containerd/certs.d';
const V2 = `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n`;

async function chainOf(files: Record<string, string>, image = IMAGE) {
  const sections: NetworkSectionName[] = ['mirrors'];
  const answer = await judgeNetwork(memoryBundle(files), { sections, images: [image], now: '2026-11-21T00:00:00Z' });
  const [node] = answer.perNode;
  const [chain] = node?.chains ?? [];
  if (chain === undefined) throw new Error('no chain');
  return { ...chain, hosts: chain.steps.map(({ url }) => url), codes: node?.problems.map(({ code }) => code) };
}

describe('containerd', () => {
  it.each([
    ['registry.acme.example_5000_', true],
    ['registry.acme.example:5000', true],
    ['_default', true],
    ['registry.acme.example', false],
    ['registry.acme.example_5000', false],
  ])('looks for the folder %s: %s', async (folder, used) => {
    const chain = await chainOf({
      'containerd/config.toml': V2,
      [`${CERTS}/${folder}/hosts.toml`]: '[host."https://mirror.acme.example"]\ncapabilities = ["pull", "resolve"]\n',
    });
    const registry = 'https://registry.acme.example:5000/v2';
    expect(chain.hosts).toEqual(used ? ['https://mirror.acme.example/v2', registry] : [registry]);
    expect(chain.ignored.length).toBe(used ? 0 : 1);
  });

  it('asks mirrors in the order of the file, and `server` instead of the registry', async () => {
    const chain = await chainOf({
      'containerd/config.toml': V2,
      [`${CERTS}/registry.acme.example:5000/hosts.toml`]:
        'server = "https://last.acme.example"\n[host."http://b.acme.example"]\n[host."https://a.acme.example/cache"]\n[host."https://c.acme.example/v2/c"]\noverride_path = true\nskip_verify = true\nca = "/etc/ca.pem"\n',
    });
    expect(chain.hosts).toEqual([
      'http://b.acme.example/v2',
      'https://a.acme.example/cache/v2',
      'https://c.acme.example/v2/c',
      'https://last.acme.example/v2',
    ]);
    expect(chain.steps[2]).toMatchObject({
      skipVerify: true,
      authorities: ['/etc/ca.pem'],
      namespace: 'registry.acme.example:5000',
    });
  });

  it('passes over a mirror that cannot resolve when the image is named by tag', async () => {
    const files = {
      'containerd/config.toml': V2,
      [`${CERTS}/_default/hosts.toml`]: '[host."https://mirror.acme.example"]\ncapabilities = ["pull"]\n',
    };
    expect((await chainOf(files)).steps[0]?.skipped).toContain('resolve');
    const digest = `registry.acme.example:5000/shop/api@sha256:${'a'.repeat(64)}`;
    expect((await chainOf(files, digest)).steps[0]?.skipped).toBeUndefined();
  });

  it('drops a hosts.toml that does not parse, and says so', async () => {
    const chain = await chainOf({
      'containerd/config.toml': V2,
      [`${CERTS}/_default/hosts.toml`]: '[host."https://mirror.acme.example"\n',
    });
    expect(chain.hosts).toEqual(['https://registry.acme.example:5000/v2']);
    expect(chain.codes).toContain('MIRROR_CONFIG_IGNORED');
  });

  it.each([
    ['version = 3\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n'],
    ['version = 2\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/etc/containerd/certs.d"\n'],
  ])('does not read a config_path in the section of another version', async (config) => {
    const chain = await chainOf({
      'containerd/config.toml': config,
      [`${CERTS}/_default/hosts.toml`]: 'server = "https://m.acme.example"\n',
    });
    expect(chain.hosts).toEqual(['https://registry.acme.example:5000/v2']);
    expect(chain.ignored[0]?.why).toContain('is not used');
  });

  it.each([
    ['v2.1.9', '', false],
    ['v2.1.9', 'discard_unpacked_layers = true\n', true],
    ['v2.0.5', '', true],
    ['v2.3.5', '', true],
  ])('reads a list of folders (%s, %s): %s', async (version, setting, split) => {
    const config = `version = 3\n[plugins."io.containerd.cri.v1.images"]\n${setting}[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/etc/containerd/certs.d:/etc/docker/certs.d"\n`;
    const chain = await chainOf({
      'containerd/containerd-config.txt': config,
      'containerd/containerd-version.txt': `containerd github.com/containerd/containerd/v2 ${version} abc\n`,
      'etc/docker/certs.d/_default/hosts.toml': '[host."https://mirror.acme.example"]\n',
      [`${CERTS}/quay.acme.example/hosts.toml`]: '',
    });
    expect(chain.hosts.length).toBe(split ? 2 : 1);
    expect(chain.ignored.length).toBe(split ? 0 : 1);
  });

  it('does not load with config_path and mirrors both', async () => {
    const chain = await chainOf({
      'containerd/config.toml': `${V2}[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://m.acme.example"]\n`,
    });
    expect(chain).toMatchObject({ steps: [], refused: expect.stringContaining('does not load') });
  });

  it('uses the deprecated mirrors where config_path is not set', async () => {
    const chain = await chainOf({
      'containerd/config.toml':
        'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."*"]\nendpoint = ["https://m.acme.example"]\n',
      [`${CERTS}/_default/hosts.toml`]: '',
    });
    expect(chain.hosts).toEqual(['https://m.acme.example/v2', 'https://registry.acme.example:5000/v2']);
    expect(chain.ignored[0]?.why).toContain('config_path is not set');
  });

  it('takes the settings of the running containerd where no file was collected', async () => {
    const info = { config: { registry: { configPath: '/etc/containerd/certs.d', mirrors: null } } };
    const chain = await chainOf({
      'crictl-info.json': JSON.stringify(info),
      [`${CERTS}/_default/hosts.toml`]: '[host."https://mirror.acme.example"]\n',
    });
    expect(chain.hosts[0]).toBe('https://mirror.acme.example/v2');
  });

  it('is known only as far as files were collected', async () => {
    expect((await chainOf({ 'containerd/config.toml': V2 })).certainty).toBe('partly');
    expect((await chainOf({ 'kubelet/kubelet.log': '' })).certainty).toBe('partly');
  });
});

describe('CRI-O', () => {
  const conf = (text: string) => ({ 'crio/crio.log': '', 'etc/containers/registries.conf': text });

  it('takes the rule of the longest prefix, its mirrors first', async () => {
    const chain = await chainOf(
      conf(
        '[[registry]]\nprefix = "quay.acme.example"\nblocked = true\n[[registry]]\nprefix = "quay.acme.example/shop"\nlocation = "store.acme.example/shop"\n[[registry.mirror]]\nlocation = "m.acme.example/shop"\ninsecure = true\n[[registry.mirror]]\nlocation = "d.acme.example/shop"\npull-from-mirror = "digest-only"\n',
      ),
      'quay.acme.example/shop/api:1',
    );
    expect(chain.hosts).toEqual([
      'https://m.acme.example/shop',
      'https://d.acme.example/shop',
      'https://store.acme.example/shop/api',
    ]);
    expect(chain.steps[1]?.skipped).toContain('digests only');
  });

  it.each([
    ['[[registry]]\nlocation = "quay.acme.example"\nblocked = true\n', 'quay.acme.example/a:1', 'blocked'],
    ['unqualified-search-registries = []\n', 'api', 'none to search'],
    ['unqualified-search-registries = ["a.example", "b.example"]\nshort-name-mode = "enforcing"\n', 'api', 'ambiguous'],
    ['[[registry]\n', 'quay.acme.example/a:1', 'not TOML'],
  ])('asks nobody: %s', async (text, image, why) => {
    expect((await chainOf(conf(text), image)).refused).toContain(why);
  });
});

describe('dockerd', () => {
  const DOCKER = { 'docker/docker.log': '' };
  const HUB = 'docker.io/library/nginx:1.29';
  const PLAIN = 'https://registry.acme.example:5000/v2';

  it('asks the mirrors of daemon.json for Docker Hub only', async () => {
    const files = {
      ...DOCKER,
      'etc/docker/daemon.json': '{"registry-mirrors":["https://mirror.acme.example/","b.acme.example:5000"]}',
      'etc/docker/certs.d/b.acme.example:5000/ca.crt': '',
    };
    const chain = await chainOf(files, HUB);
    expect(chain.hosts).toEqual([
      'https://mirror.acme.example/v2',
      'https://b.acme.example:5000/v2',
      'https://registry-1.docker.io/v2',
    ]);
    expect(chain.steps[1]).toMatchObject({ role: 'mirror', authorities: ['ca.crt'] });
    expect(chain).toMatchObject({ runtime: 'docker', certainty: 'known', ignored: [] });
    expect((await chainOf(files)).hosts).toEqual([PLAIN]);
  });

  it.each([
    ['registry.acme.example:5000', true],
    ['https://registry.acme.example:5000', true],
    ['registry.acme.example', false],
    ['10.0.0.0/8', false],
  ])('takes the insecure registry %s for this one: %s', async (entry, insecure) => {
    const chain = await chainOf({ ...DOCKER, 'etc/docker/daemon.json': `{"insecure-registries":["${entry}"]}` });
    expect(chain.steps[0]?.skipVerify).toBe(insecure);
    expect(chain.ignored.map(({ path }) => path)).toEqual(
      entry === 'registry.acme.example' ? ['etc/docker/daemon.json'] : [],
    );
  });

  it.each([
    ['10.1.2.3:5000', true],
    ['11.1.2.3:5000', false],
    ['127.0.0.1:5000', true],
  ])('holds the address %s against networks: %s', async (host, insecure) => {
    const files = { ...DOCKER, 'etc/docker/daemon.json': '{"insecure-registries":["10.0.0.0/8"]}' };
    expect((await chainOf(files, `${host}/shop/api:1`)).steps[0]?.skipVerify).toBe(insecure);
  });

  it('reads the certificates of the very host and port, and no hosts.toml', async () => {
    const folder = 'etc/docker/certs.d/registry.acme.example';
    const wrong = await chainOf({ ...DOCKER, 'etc/docker/daemon.json': '{}', [`${folder}/ca.crt`]: '' });
    expect(wrong.steps[0]?.authorities).toEqual([]);
    expect(wrong.ignored).toMatchObject([{ path: `/${folder}`, why: expect.stringContaining(':5000') }]);
    const right = await chainOf({
      ...DOCKER,
      [`${folder}:5000/ca.crt`]: '',
      [`${folder}:5000/hosts.toml`]: '[host."https://mirror.acme.example"]',
    });
    expect(right.steps[0]?.authorities).toEqual(['ca.crt']);
    expect(right.ignored).toMatchObject([{ why: 'dockerd reads no hosts.toml' }]);
  });

  it('takes mirrors from the flags of its unit', async () => {
    const unit = 'ExecStart=/usr/bin/dockerd -H fd:// --registry-mirror=https://mirror.acme.example\n';
    const files = { ...DOCKER, 'etc/systemd/system/docker.service': unit };
    expect((await chainOf(files, HUB)).hosts[0]).toBe('https://mirror.acme.example/v2');
    const both = { ...files, 'etc/docker/daemon.json': '{"registry-mirrors":["https://b.acme.example"]}' };
    expect((await chainOf(both, HUB)).refused).toContain('dockerd does not start');
  });

  const START = 'ExecStart=/usr/bin/dockerd -H fd:// $OPTIONS\nEnvironmentFile=-/etc/sysconfig/docker\n';
  const UNIT = 'etc/systemd/system/docker.service';
  const OPTIONS = `OPTIONS='--registry-mirror=https://mirror.acme.example \\\n  --insecure-registry registry.acme.example:5000'\n`;

  it.each([
    ['its environment file', { [UNIT]: START, 'etc/sysconfig/docker': OPTIONS }, 'known'],
    [
      'DOCKER_OPTS of a unit that names them',
      {
        [UNIT]: START.replace('$OPTIONS', '$DOCKER_OPTS').replace('sysconfig', 'default'),
        'etc/default/docker': OPTIONS.replace('OPTIONS', 'DOCKER_OPTS'),
      },
      'known',
    ],
    [
      'Environment= of a drop-in',
      {
        [UNIT]: START.replace(/Env.*\n/, ''),
        [`${UNIT}.d/a.conf`]: `[Service]\nEnvironment="${OPTIONS.replace("'", '').replace(/'\n$/, '').replace('\\\n', '')}"\n`,
      },
      'known',
    ],
    ['its environment file, where the unit was not seen', { 'etc/sysconfig/docker': OPTIONS }, 'partly'],
    [
      'its environment file, where a later one was not seen',
      { [UNIT]: `${START}EnvironmentFile=-/etc/sysconfig/docker-more\n`, 'etc/sysconfig/docker': OPTIONS },
      'partly',
    ],
    [
      'its unit beside that of cri-dockerd',
      {
        [UNIT]: `# /${UNIT}\n${START}# /etc/systemd/system/cri-docker.service\nExecStart=/usr/bin/cri-dockerd\n`,
        'etc/sysconfig/docker': OPTIONS,
      },
      'known',
    ],
    [
      "the administrator's unit in the place of the package's",
      {
        [UNIT]: START,
        'usr/lib/systemd/system/docker.service': 'ExecStart=/usr/bin/dockerd\n',
        'etc/sysconfig/docker': OPTIONS,
      },
      'known',
    ],
  ])('takes flags from %s', async (_, files, certainty) => {
    const all = { ...DOCKER, 'etc/docker/daemon.json': '{}', 'etc/docker/certs.d/a/ca.crt': '', ...files };
    const chain = await chainOf(all, HUB);
    expect(chain.hosts[0]).toBe('https://mirror.acme.example/v2');
    expect(chain.certainty).toBe(certainty);
    expect((await chainOf(all)).steps[0]?.skipVerify).toBe(true);
  });

  it.each([
    [
      'a file that its unit does not read',
      {
        [UNIT]: 'ExecStart=/usr/bin/dockerd -H fd://\n',
        'etc/default/docker': OPTIONS.replace('OPTIONS', 'DOCKER_OPTS'),
      },
      'known',
    ],
    [
      'what Debian leaves there for other init systems',
      { 'etc/default/docker': OPTIONS.replace('OPTIONS', 'DOCKER_OPTS') },
      'known',
    ],
    [
      'an ExecStart that a drop-in replaces',
      {
        [UNIT]: START,
        'etc/sysconfig/docker': OPTIONS,
        [`${UNIT}.d/a.conf`]: 'ExecStart=\nExecStart=/usr/bin/dockerd\n',
      },
      'known',
    ],
    [
      'an environment file that a drop-in takes back',
      { [UNIT]: START, 'etc/sysconfig/docker': OPTIONS, [`${UNIT}.d/a.conf`]: 'EnvironmentFile=\n' },
      'known',
    ],
    [
      'an ExecStart that a script replaces',
      {
        [UNIT]: START.replace('$OPTIONS', '--registry-mirror=https://mirror.acme.example'),
        'etc/sysconfig/docker': OPTIONS,
        [`${UNIT}.d/a.conf`]: 'ExecStart=\nExecStart=/opt/start-docker.sh\n',
      },
      'partly',
    ],
    ['a file that was not collected', { [UNIT]: START }, 'partly'],
  ])('takes no flags from %s', async (_, files, certainty) => {
    const all = { ...DOCKER, 'etc/docker/daemon.json': '{}', 'etc/docker/certs.d/a/ca.crt': '', ...files };
    const chain = await chainOf(all, HUB);
    expect([chain.hosts, chain.certainty]).toEqual([['https://registry-1.docker.io/v2'], certainty]);
  });

  it('does not start with a file that is no JSON', async () => {
    const chain = await chainOf({ ...DOCKER, 'etc/docker/daemon.json': '{"registry-mirrors": [,]}' }, HUB);
    expect(chain).toMatchObject({ steps: [], refused: expect.stringContaining('daemon.json: not JSON') });
  });

  it('is known in part without daemon.json', async () => {
    const chain = await chainOf(DOCKER, HUB);
    expect(chain.certainty).toBe('partly');
    expect(chain.gaps.map(({ what }) => what)).toEqual(['daemon.json of the node', 'certs.d of the node']);
  });
});
