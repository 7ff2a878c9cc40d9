import { expect, it } from 'vitest';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import { nodeComparison } from '../src/tasks/node/compare.ts';
import { nodeCorrelation } from '../src/tasks/node/correlate.ts';
import { nodeNetwork } from '../src/tasks/node/network.ts';
import { nodeStorage } from '../src/tasks/node/storage.ts';
import { nodeSummary } from '../src/tasks/node/summarize.ts';

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
