import { expect, it } from 'vitest';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import { nodeComparison } from '../src/tasks/node/compare.ts';
import { nodeCorrelation } from '../src/tasks/node/correlate.ts';
import { nodeIndex } from '../src/tasks/node/errors.ts';
import { nodeNetwork } from '../src/tasks/node/network.ts';
import { nodeRead } from '../src/tasks/node/read.ts';
import { nodeSearch } from '../src/tasks/node/search.ts';
import { nodeStorage } from '../src/tasks/node/storage.ts';
import { nodeSummary } from '../src/tasks/node/summarize.ts';
import { SECRET_LINES, SECRET_TEXTS, showsCanary } from './support/secret-forms.ts';

const NOW = '2026-11-21T03:00:00Z';

/** Made-up secrets in every place of a node where one may stand. */
function files(canary: string): Record<string, string> {
  const basic = Buffer.from(`user:${canary}`).toString('base64');
  return {
    'etc/containerd/config.toml': `version = 2
[plugins."io.containerd.grpc.v1.cri".registry.configs."registry.acme.example".auth]
username = "u-${canary}"
password = "${canary}"
auth = "${basic}"
`,
    'etc/containerd/certs.d/registry.acme.example/hosts.toml': `[host."https://mirror.acme.example"]
[host."https://mirror.acme.example".header]
Authorization = "Basic ${basic}"
x-team-key = ["${canary}"]
`,
    'etc/rancher/k3s/registries.yaml': `configs:
  registry.acme.example:
    auth:
      password: ${canary}
`,
    'containerd/containerd.service.txt': `[Service]
Environment="HTTPS_PROXY=http://user:${canary}@proxy.acme.example:3128"
`,
    'kubelet/kubelet.log': `E1120 21:00:00.000000     859 remote_image.go:250] "PullImage from image service failed" err="Get \\"https://user:${canary}@registry.acme.example/v2/\\": dial tcp: lookup registry.acme.example: no such host, no space left on device" image="registry.acme.example/a:1" token=${canary}\n`,
    'system/services.txt': 'containerd.service loaded failed failed containerd\n',
  };
}

it('no answer about nodes holds a secret', async () => {
  const one = memoryBundle(files('CANARY-a1f9'), { id: 'a', nodes: ['node-a'] });
  const other = memoryBundle(files('CANARY-b2e8'), { id: 'b', nodes: ['node-b'] });
  const answers = [
    await nodeStorage(one, { now: NOW }),
    await nodeNetwork(one, { now: NOW }),
    await nodeCorrelation(one, { now: NOW }),
    await nodeCorrelation(one, { now: NOW, pivot: 'failed' }),
    await nodeComparison([one, other]),
    await nodeSummary(one, { now: NOW }),
  ];
  const text = JSON.stringify(answers);
  expect(text).toContain('registry.acme.example');
  expect(text).not.toMatch(/CANARY-[ab]/);
  expect(text).not.toContain(Buffer.from('user:CANARY-a1f9').toString('base64'));
  expect(text).not.toContain(Buffer.from('user:CANARY-b2e8').toString('base64'));
});

it('no answer about nodes shows what stands in logs and files beside the lines that matter', async () => {
  const failure =
    '"PullImage from image service failed" err="no space left on device" image="registry.acme.example/a:1"';
  const log = SECRET_LINES.map((line, i) => {
    const time = `21:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;
    return `Nov 20 ${time} node-a kubelet[859]: ${line}\nE1120 ${time}.000000     859 remote_image.go:250] ${failure}\n`;
  });
  const bundle = memoryBundle(
    { 'kubelet/kubelet.log': log.join(''), 'etc/all.txt': `${SECRET_TEXTS.join('\n---\n')}\n` },
    { id: 'a', nodes: ['node-a'] },
  );
  const answers = [
    await nodeSearch([bundle], { query: 'no space left|password', context: 5, limit: 500 }),
    await nodeRead(bundle, { path: 'kubelet.log' }),
    await nodeRead(bundle, { path: 'all.txt', bytes: '200-2000' }),
    await nodeRead(bundle, { path: 'F-001' }),
    await nodeIndex(bundle),
    await nodeCorrelation(bundle, { now: NOW, pivot: 'failed' }),
    await nodeSummary(bundle, { now: NOW }),
  ];
  for (const answer of answers) {
    const text = JSON.stringify(answer);
    expect(text).toContain(answer === answers[2] ? 'kind: Secret' : 'no space left');
    expect(showsCanary(text)).toBe(false);
  }
});
