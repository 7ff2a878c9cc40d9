import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import {
  backOff,
  event,
  factsOf,
  failed,
  IMAGE,
  log,
  NOT_FOUND,
  pod,
  pulled,
  pulling,
  status,
  waiting,
} from './snapshot.fixture.ts';

const DNS = `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host`;

function decisiveOf(...args: Parameters<typeof factsOf>) {
  return valueIn(factsOf(...args).pullError)?.decisive;
}

describe('the decisive error', () => {
  it('is the waiting message, the newest word', () => {
    const objects = [pod({ statuses: [waiting('ErrImagePull', DNS)] }), failed(NOT_FOUND, { last: '11:40' })];
    expect(decisiveOf({ objects })).toMatchObject({ from: 'waiting', error: { leaf: { kind: 'dns' } } });
  });

  it('is the newest failure when the status has no message', () => {
    const objects = [
      pod({ statuses: [waiting('ImagePullBackOff')] }),
      failed(DNS, { last: '11:40' }),
      failed(NOT_FOUND, { last: '11:50' }),
      backOff(),
    ];
    expect(decisiveOf({ objects })).toMatchObject({ from: 'event', error: { leaf: { kind: 'not-found' } } });
  });

  it('keeps older errors among all', () => {
    const objects = [pod({ statuses: [waiting('ErrImagePull', NOT_FOUND)] }), failed(DNS, { last: '11:40' })];
    const { all = [] } = valueIn(factsOf({ objects }).pullError) ?? {};
    expect(all.map(({ error }) => error.leaf.kind)).toEqual(['not-found', 'dns']);
  });

  it('comes from the log when Kubernetes has lost the reason', () => {
    const objects = [pod({ statuses: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`)] }), backOff()];
    const logs = [
      log(`time="x" level=error msg="PullImage \\"${IMAGE}\\" failed" error="${DNS.replaceAll('"', '\\"')}"`),
    ];
    const fact = valueIn(factsOf({ objects, logs }).pullError);
    expect(fact?.decisive).toMatchObject({ from: 'log', error: { leaf: { kind: 'dns' } } });
    expect(fact?.reasonLost).toBe(false);
  });

  it('stays with Kubernetes when the log tells of another host', () => {
    const objects = [pod({ statuses: [waiting('ErrImagePull', NOT_FOUND)] })];
    const logs = [
      log(`time="x" level=info msg="fetch failed" error="${DNS.replaceAll('"', '\\"')}" host=registry.acme.example`),
    ];
    const facts = factsOf({ objects, logs });
    expect(valueIn(facts.pullError)?.decisive).toMatchObject({
      from: 'waiting',
      error: { leaf: { kind: 'not-found' } },
    });
    expect(valueIn(facts.runtimeLog)?.hostsTried).toMatchObject([
      { host: 'registry.acme.example', error: { leaf: { kind: 'dns' } } },
    ]);
  });

  it('is a malformed secret when the reason is the raw text', () => {
    const objects = [pod({ statuses: [waiting('illegal base64 data at input byte 7')] })];
    expect(decisiveOf({ objects })).toMatchObject({ error: { leaf: { kind: 'secret', problem: 'malformed' } } });
  });
});

describe('a lost reason', () => {
  it('is told when only back-off texts are left', () => {
    const objects = [pod({ statuses: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`)] }), backOff()];
    expect(valueIn(factsOf({ objects }).pullError)?.reasonLost).toBe(true);
  });
});

describe('no error', () => {
  it('is absent while a pull is under way', () => {
    expect(factsOf({ objects: [pod({ statuses: [waiting('ContainerCreating')] }), pulling()] }).pullError.state).toBe(
      'absent',
    );
  });

  it('is absent for a container that was pulled and crashes', () => {
    const crashed = status({
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
      lastState: { terminated: { exitCode: 255 } },
    });
    const objects = [pod({ phase: 'Running', statuses: [crashed] }), pulled()];
    expect(factsOf({ objects }).pullError.state).toBe('absent');
  });
});

it('reads messages through the prefix of merged events', () => {
  const merged = event('Failed', `(combined from similar events): Failed to pull image "${IMAGE}": ${NOT_FOUND}`, {
    container: 'app',
    type: 'Warning',
  });
  expect(decisiveOf({ objects: [merged] })).toMatchObject({ error: { leaf: { kind: 'not-found' }, image: IMAGE } });
});

it('takes the outcome of a pull before a step at its host, which may belong to another pull', () => {
  const refused = `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 401 Unauthorized`;
  const logs = [
    log(`time="x" level=error msg="PullImage \\"${IMAGE}\\" failed" error="${refused.replaceAll('"', '\\"')}"`),
    log(
      'time="x" level=info msg="fetch failed after status: 429 Too Many Requests" host=registry.acme.example',
      'containerd',
      '11:51',
    ),
  ];
  expect(decisiveOf({ logs })).toMatchObject({ error: { status: 401 } });
});
