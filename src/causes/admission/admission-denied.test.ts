import { describe, expect, it } from 'vitest';
import { textFacts } from '../shared/facts-for-test.ts';
import { cause } from './admission-denied.ts';

describe('admission-denied', () => {
  it.each([
    [
      `Error creating: pods "api-1" is forbidden: ValidatingAdmissionPolicy 'trusted-registries' with binding 'all' denied request: images must come from harbor.acme.example`,
      'kubectl get validatingadmissionpolicy trusted-registries -o yaml',
    ],
    [
      'admission webhook "images.policy.acme.example" denied the request: image registry.acme.example/shop/api:1.5.0 must be an image digest',
      'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
    ],
  ])('%s', (text, command) => {
    const facts = textFacts(text);
    const judged = cause.judge(facts);
    expect(judged?.verdict).toBe('confirmed');
    expect(cause.remedies(judged?.params, facts)[0]?.commands).toEqual([command]);
  });

  it.each([
    'admission webhook "mutate.kyverno.svc-fail" denied the request: failed to verify image registry.acme.example/shop/api:1.5.0: no matching signatures',
    'admission webhook "mutate.kyverno.svc-fail" denied the request: failed to verify image registry.acme.example/shop/api:1.5.0: Get "https://registry.acme.example/v2/": x509: certificate signed by unknown authority',
  ])('leaves room for what the webhook met itself: %s', (text) => {
    expect(cause.judge(textFacts(text))?.verdict).toBe('likely');
  });

  it('is silent when a webhook cannot be called', () => {
    const text =
      'Internal error occurred: failed calling webhook "policy.acme.example": Post "https://policy.acme.svc:443/validate": context deadline exceeded';
    expect(cause.judge(textFacts(text))).toBeUndefined();
  });
});
