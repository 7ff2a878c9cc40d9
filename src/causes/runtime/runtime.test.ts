import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import type { RuntimeLog } from '../../facts/runtime-log.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as pullQps } from './pull-qps-exceeded.ts';
import { cause as unavailable } from './runtime-unavailable.ts';
import { cause as sandbox } from './sandbox-image-unavailable.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const QUIET: RuntimeLog = {
  mirrorProblems: [],
  hostsTried: [],
  noProgress: [],
  runtimeRestarts: [],
  configProblems: [],
  openOthers: [],
  htmlAnswers: [],
};

describe('pull-qps-exceeded', () => {
  it("is the kubelet's own word, and no limit of the registry", () => {
    const judgement = pullQps.judge(podFacts(`Failed to pull image "${IMAGE}": pull QPS exceeded`, IMAGE));
    expect(judgement).toMatchObject({ verdict: 'confirmed', overrules: [{ said: 'pull QPS exceeded' }] });
  });

  it('has nothing to say of a 429', () => {
    expect(pullQps.judge(textFacts(`Failed to pull image "${IMAGE}": toomanyrequests: rate limit`))).toBeUndefined();
  });
});

describe('runtime-unavailable', () => {
  const SOCKET = `Failed to pull image "${IMAGE}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"`;
  const NO_CRI = 'pulling image: rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService';

  it.each<[string, Facts, string | undefined, string | undefined]>([
    ['nobody at the socket', podFacts(SOCKET, IMAGE), 'confirmed', 'socket-unreachable'],
    ['no CRI service', textFacts(NO_CRI), 'confirmed', 'cri-not-served'],
    [
      'a registry that refuses',
      textFacts(
        `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/": dial tcp 10.1.2.3:443: connect: connection refused`,
      ),
      undefined,
      undefined,
    ],
    [
      'a pull record that cannot be written',
      podFacts(
        `Failed to record image pull intent for container image "${IMAGE}": open /var/lib/kubelet/image_manager/pulling/x: no space left on device`,
        IMAGE,
      ),
      undefined,
      undefined,
    ],
  ])('%s', (_, facts, wanted, detail) => {
    const judgement = unavailable.judge(facts);
    expect(judgement?.verdict).toBe(wanted);
    expect(judgement?.detail).toBe(detail);
  });

  it('takes a failed inspection for certain once the node log shows a refused configuration', () => {
    const message = `Failed to inspect image "${IMAGE}": rpc error: code = Unknown desc = image store is broken`;
    const log = { ...QUIET, configProblems: [{ text: 'failed to load plugin', evidence: 'log/7' }] };
    expect(unavailable.judge(podFacts(message, IMAGE))?.verdict).toBe('likely');
    expect(unavailable.judge(podFacts(message, IMAGE, { runtimeLog: present(QUIET, ['log/1']) }))?.verdict).toBe(
      'likely',
    );
    expect(unavailable.judge(podFacts(message, IMAGE, { runtimeLog: present(log, ['log/1']) }))).toMatchObject({
      verdict: 'confirmed',
      because: ['event/1', 'log/7'],
    });
  });

  it('speaks of the runtime of the node', () => {
    const facts = podFacts(SOCKET.replace('/run/containerd/containerd.sock', '/var/run/crio/crio.sock'), IMAGE, {
      versions: present({ runtime: 'cri-o' }, ['node/1']),
    });
    const { params } = unavailable.judge(facts) ?? {};
    expect(unavailable.statement(params, facts)).toContain('CRI-O on node-a');
    expect(unavailable.remedies(params, facts).flatMap((r) => r.commands)).toContain('systemctl status crio');
  });
});

describe('sandbox-image-unavailable', () => {
  const PAUSE = 'registry.acme.example/k8s/pause:3.99';
  const failing = (inner: string) =>
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "${PAUSE}": failed to pull image "${PAUSE}": failed to pull and unpack image "${PAUSE}": failed to resolve image: ${inner}`;

  it.each([
    [`${PAUSE}: not found`, 'not-found'],
    [
      'failed to do request: Head "https://registry.acme.example/v2/k8s/pause/manifests/3.99": dial tcp: lookup registry.acme.example: no such host',
      'dns',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      'auth',
    ],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/k8s/pause/manifests/3.99: 503 Service Unavailable',
      'registry',
    ],
  ])('carries its own cause: %s', (inner, detail) => {
    expect(sandbox.judge(podFacts(failing(inner), PAUSE))).toMatchObject({
      verdict: 'confirmed',
      detail,
      params: { image: PAUSE },
    });
  });

  it('knows the image by its misfit where the text names none', () => {
    const text =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container for pod "web": Error response from daemon: hcsshim::CreateComputeSystem 4f: The container operating system does not match the host operating system.';
    expect(sandbox.judge(textFacts(text))).toMatchObject({ verdict: 'possible', detail: 'platform' });
  });

  it('leaves the first place to the inner cause while no pod is known', () => {
    expect(sandbox.judge(textFacts(failing(`${PAUSE}: not found`)))?.verdict).toBe('possible');
  });

  it("has nothing to say of a pod's own image", () => {
    expect(sandbox.judge(podFacts(`Failed to pull image "${IMAGE}": ${IMAGE}: not found`, IMAGE))).toBeUndefined();
  });
});
