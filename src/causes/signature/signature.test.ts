import { describe, expect, it } from 'vitest';
import { textFacts } from '../shared/facts-for-test.ts';
import { cause as registryBlocked } from './registry-blocked.ts';
import { cause as signatureRejected } from './signature-rejected.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

describe('signature-rejected', () => {
  it.each([
    ['Source image rejected: A signature was required, but no signature exists', 'confirmed', 'missing'],
    [`Source image rejected: Running image docker://${IMAGE} is rejected by policy.`, 'confirmed', 'rejected'],
  ])('%s: %s, %s', (tail, verdict, detail) => {
    expect(signatureRejected.judge(textFacts(`Failed to pull image "${IMAGE}": ${tail}`))).toMatchObject({
      verdict,
      detail,
    });
  });

  it.each([
    'unknown: The image is not signed in Notary.',
    'unknown: The image is not signed by cosign.',
    'GET https://registry.acme.example/v2/shop/api/manifests/1.5.0: PROJECTPOLICYVIOLATION: The image is not signed by cosign.',
  ])('names the registry whose policy wants a signature: %s', (tail) => {
    const facts = textFacts(`Failed to pull image "${IMAGE}": rpc error: code = Unknown desc = ${tail}`);
    const judged = signatureRejected.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'missing' });
    const said = signatureRejected.statement(judged?.params, facts);
    expect(said).toContain('a policy of registry.acme.example demands a signature');
    expect(said).not.toContain('node');
    expect(JSON.stringify(signatureRejected.remedies(judged?.params, facts))).not.toContain('policy.json');
  });

  it('takes the reason in the status for the word of the kubelet', () => {
    const table =
      'NAME   READY   STATUS                      RESTARTS   AGE\napi    0/1     SignatureValidationFailed   0          4s';
    expect(signatureRejected.judge(textFacts(table))?.verdict).toBe('confirmed');
  });

  it('is possible where a webhook of the cluster speaks of signatures', () => {
    const text = `admission webhook "policy.sigstore.dev" denied the request: validation failed: no matching signatures for ${IMAGE}`;
    expect(signatureRejected.judge(textFacts(text))?.verdict).toBe('possible');
    const other = `admission webhook "images.policy.acme.example" denied the request: image ${IMAGE} must be given by digest`;
    expect(signatureRejected.judge(textFacts(other))).toBeUndefined();
  });

  it('leaves other pulls alone', () => {
    expect(signatureRejected.judge(textFacts(`Failed to pull image "${IMAGE}": ${IMAGE}: not found`))).toBeUndefined();
  });
});

describe('registry-blocked', () => {
  it('is confirmed by the word of the runtime and names the file', () => {
    const facts = textFacts(
      `Failed to pull image "${IMAGE}": initializing source docker://${IMAGE}: registry registry.acme.example is blocked in /etc/containers/registries.conf`,
    );
    const judged = registryBlocked.judge(facts);
    expect(judged?.verdict).toBe('confirmed');
    expect(registryBlocked.statement(judged?.params, facts)).toContain('/etc/containers/registries.conf');
  });

  it('tells a policy of the registry from a block on the node', () => {
    const facts = textFacts(
      `Failed to pull image "${IMAGE}": Error response from daemon: unknown: current image with 3 vulnerabilities cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of "High" or higher from running.'`,
    );
    const judged = registryBlocked.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'registry-policy' });
    const said = registryBlocked.statement(judged?.params, facts);
    expect(said).toContain('a policy of the registry forbids it');
    expect(said).not.toContain('node');
    expect(JSON.stringify(registryBlocked.remedies(judged?.params, facts))).not.toContain('registries.conf');
  });
});
