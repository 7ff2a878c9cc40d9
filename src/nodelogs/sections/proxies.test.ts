import { describe, expect, it } from 'vitest';
import { fileKindOf } from '../../core/node/file-kind.ts';
import { readDockerConfig } from './docker-config.ts';
import { proxiesOfRuntime, readProxies } from './proxies.ts';

const A = 'http://a.acme.example:3128';
const B = 'http://b.acme.example:3128';

function proxiesIn(files: Readonly<Record<string, string>>) {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text, cut: false, kind: fileKindOf(path) }));
  const of = (...kinds: readonly string[]) => texts.filter(({ kind }) => kinds.includes(kind));
  return readProxies({
    units: of('containerd-unit', 'kubelet-unit', 'proxy'),
    environments: of('runtime-environment'),
    docker: readDockerConfig(of('docker-config'), of('containerd-unit')),
  });
}

describe('the proxies of', () => {
  it.each([
    ['CRI-O, by a drop-in', 'etc/systemd/system/crio.service.d/proxy.conf', `Environment=HTTPS_PROXY=${A}`, 'crio'],
    ['CRI-O, by its environment file', 'etc/sysconfig/crio', `HTTPS_PROXY="${A}"`, 'crio'],
    ['dockerd, by a drop-in', 'etc/systemd/system/docker.service.d/p.conf', `Environment=HTTPS_PROXY=${A}`, 'docker'],
    ['dockerd, by its environment file', 'etc/sysconfig/docker', `export HTTPS_PROXY=${A}`, 'docker'],
    ['dockerd, by daemon.json', 'etc/docker/daemon.json', `{"proxies":{"https-proxy":"${A}"}}`, 'docker'],
  ])('%s', (_, path, text, of) => {
    expect(proxiesIn({ [path]: text })).toEqual([{ of, https: A, none: [], path }]);
  });

  it('one program are those of all its files together', () => {
    const proxies = proxiesIn({
      'etc/systemd/system/crio.service.d/10-a.conf': `[Service]\nEnvironment=HTTPS_PROXY=${A} NO_PROXY=.svc\n`,
      'etc/systemd/system/crio.service.d/20-b.conf': `[Service]\nEnvironment=HTTPS_PROXY=${B}\n`,
    });
    expect(proxies).toMatchObject([{ of: 'crio', https: B, none: ['.svc'] }]);
  });

  it('dockerd are those of daemon.json before those of its environment', () => {
    const proxies = proxiesIn({
      'etc/systemd/system/docker.service.d/p.conf': `Environment=HTTPS_PROXY=${A} HTTP_PROXY=${A}`,
      'etc/docker/daemon.json': `{"proxies":{"https-proxy":"${B}","no-proxy":"10.0.0.0/8,.svc"}}`,
    });
    expect(proxies).toMatchObject([{ of: 'docker', http: A, https: B, none: ['10.0.0.0/8', '.svc'] }]);
  });

  it.each([
    ['EnvironmentFile=-/etc/sysconfig/crio\n', 1],
    ['', 0],
  ])('an environment file count only where the unit reads it (%j)', (line, count) => {
    const unit = `[Service]\n${line}ExecStart=/usr/bin/crio\n`;
    const files = { 'usr/lib/systemd/system/crio.service': unit, 'etc/sysconfig/crio': `HTTPS_PROXY=${A}\n` };
    expect(proxiesIn(files)).toHaveLength(count);
  });

  it('several units in one answer of systemctl are kept apart', () => {
    const show = (unit: string, environment: string) =>
      `$ systemctl show ${unit} --property=Id,Environment\nId=${unit}.service\nEnvironment=${environment}\n\n`;
    const text = show('kubelet', `HTTPS_PROXY=${A}`) + show('containerd', `HTTPS_PROXY=${B}`) + show('docker', '');
    const proxies = proxiesIn({ 'system/proxy.txt': text });
    expect(proxies.map(({ of, https }) => [of, https])).toEqual([
      ['kubelet', A],
      ['containerd', B],
    ]);
  });

  it('another runtime than the one that pulls do not count', () => {
    const proxies = proxiesIn({
      'etc/sysconfig/docker': `HTTPS_PROXY=${A}`,
      'etc/systemd/system/kubelet.service.d/p.conf': `Environment=HTTPS_PROXY=${B}`,
    });
    expect(proxiesOfRuntime(proxies, 'cri-o').map(({ of }) => of)).toEqual(['kubelet']);
    expect(proxiesOfRuntime(proxies, 'docker')).toHaveLength(2);
  });

  it('nobody hold a login', () => {
    const proxies = proxiesIn({
      'etc/docker/daemon.json': '{"proxies":{"http-proxy":"http://user:CANARY-17@a.acme.example:3128"}}',
    });
    expect(JSON.stringify(proxies)).not.toContain('CANARY');
  });
});
