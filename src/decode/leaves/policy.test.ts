import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

describe('references', () => {
  it.each([
    [
      'Error: checking signature of "registry.acme.example/a:1@sha256:4f": creating docker:// reference for "registry.acme.example/a:1@sha256:4f": Docker references with both a tag and digest are currently not supported',
      'tag-and-digest',
    ],
    [
      'Failed create pod sandbox: rpc error: code = Unknown desc = failed to inspect sandbox image "registry.acme.example/pause:3.9 ": Error response from daemon: no such image: registry.acme.example/pause:3.9 : invalid reference format',
      'format',
    ],
    ['Error parsing reference: "registry.acme.example/api:" is not a valid repository/tag', 'format'],
    ['Error: invalid reference', 'format'],
    ['ctr: failed to resolve reference "registry.acme.example/shop/api": object required', 'incomplete'],
    [
      'Failed to apply default image tag "https://registry.acme.example/a:1": couldn\'t parse image name "https://registry.acme.example/a:1": invalid reference format',
      'format',
    ],
    [
      'Failed to apply default image tag "a/B:1": couldn\'t parse image reference "a/B:1": invalid reference format: repository name (a/B) must be lowercase',
      'uppercase',
    ],
    ['Error: parsing reference "registry.acme.example/Shop:1": repository name must be lowercase', 'uppercase'],
    ['Error: InvalidImageName', 'format'],
    [
      'couldn\'t parse image name "x": invalid repository name (aa), cannot specify 64-byte hexadecimal strings',
      'image-id',
    ],
    ['couldn\'t parse image name "a@sha257:00": unsupported digest algorithm', 'digest'],
    ['couldn\'t parse image name "a@sha256:00": invalid checksum digest length', 'digest'],
    ['couldn\'t parse image name "x": repository name must not be more than 255 characters', 'too-long'],
    ['docker: invalid reference format.', 'format'],
  ])('%s', (text, problem) => {
    expect(decode(text).error).toMatchObject({ stage: 'reference', leaf: { kind: 'reference', problem } });
  });

  it.each([
    [
      'Failed to inspect image "acme/api": rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified image, add at least one in either /etc/crio/crio.conf or /etc/containers/registries.conf',
      'no-search-registry',
    ],
    [
      'E1120 22:06:11.880000 859 remote_image.go:83] ImageStatus "acme/api:1" from image service failed: rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified image',
      'no-search-registry',
    ],
    [
      'short-name "busybox:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
      'no-search-registry',
    ],
    ['short name mode is enforcing, but image name busybox:latest returns ambiguous list', 'ambiguous'],
    ['Error: short-name resolution enforced but cannot prompt without a TTY', 'enforcing'],
  ])('%s', (text, problem) => {
    expect(decode(text).error).toMatchObject({ stage: 'reference', leaf: { kind: 'short-name', problem } });
  });
});

describe('pull policy and signatures', () => {
  it.each([
    ['Error: checking signature of "registry.acme.example/a:1": some sentence', 'signature/signature:error'],
    [
      'Error: checking signature of "registry.acme.example/a:1": Source image rejected: A signature was required, but no signature exists',
      'signature/signature:missing',
    ],
    [
      'Failed to invoke skopeo proxy method OpenImage: remote error: cryptographic signature verification failed: invalid signature',
      'signature/signature:rejected',
    ],
    ['verification failed: Error: referrers not found, Code: REFERRERS_NOT_FOUND', 'signature/signature:missing'],
    [
      'Original Error: (signature is not produced by a trusted signer), Error: verify signature failure',
      'signature/signature:rejected',
    ],
    ['Container image "shop/api:1.4" is not present with pull policy of Never', 'policy/not-present'],
    ['Error: ErrImageNeverPull', 'policy/not-present'],
    [
      'SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists',
      'signature/signature:missing',
    ],
    [
      'Source image rejected: Running image docker://registry.acme.example/a:1 is rejected by policy.',
      'signature/signature:rejected',
    ],
    [
      'Source image rejected: None of the signatures were accepted, reasons: open /etc/pki/x: no such file or directory',
      'signature/signature:rejected',
    ],
    [
      'failed to pull and unpack image "registry.acme.example/a:1": image verifier acme-verify blocked pull of registry.acme.example/a:1 with digest sha256:00 for reason: unsigned',
      'signature/signature:verifier @registry.acme.example',
    ],
    [
      'image pull failed for registry.acme.example/a:1 because the signature validation failed',
      'signature/signature:rejected @registry.acme.example',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('admission', () => {
  it.each([
    ['pods "api-x" is forbidden: one or more images rejected by webhook backend', 'admission/admission:policy'],
    [
      'admission webhook "validation.gatekeeper.sh" denied the request: [acme-ratify] Subject failed verification: registry.acme.example/shop/api:1.4',
      'admission/admission:policy',
    ],
    [
      'admission webhook "validate.kyverno.svc-fail" denied the request:\n\nresource Pod/shop/api was blocked due to the following policies\n\nrestrict-registries:\n  rule: \'validation error: Unknown image registry.\'',
      'admission/admission:policy',
    ],
    [
      "Error creating: pods \"api-x\" is forbidden: ValidatingAdmissionPolicy 'allowed' with binding 'allowed' denied request: images must come from registry.acme.example",
      'admission/admission:policy',
    ],
    [
      'Error from server (Forbidden): admission webhook "validation.gatekeeper.sh" denied the request: [allowed-repos] container <nginx> has an invalid image repo <nginx>, allowed repos are ["registry.acme.example/"]',
      'admission/admission:policy',
    ],
    [
      'admission webhook "policy.sigstore.dev" denied the request: validation failed: no matching signatures',
      'admission/admission:policy',
    ],
    [
      'Error from server ([denied by allowed-repos] container <api> has an invalid image repo <acme/api>)',
      'admission/admission:policy',
    ],
    ['Error from server ([denied by require-limits] container <api> has no limits)', 'none/not-pull:webhook'],
    [
      'pods "api" is forbidden: image policy webhook backend denied one or more images: not allowed',
      'admission/admission:policy',
    ],
    [
      'The Deployment "api" is invalid: spec.template.spec.containers[0].image: Required value',
      'admission/admission:validation',
    ],
    [
      'Error creating: Pod "api-x" is invalid: spec.containers[0].image: Invalid value: " shop/api:1": must not have leading or trailing whitespace',
      'admission/admission:validation',
    ],
    [
      'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/shop/api was blocked: label team is required',
      'none/not-pull:webhook',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('words of signing tools', () => {
  it.each(['no matching signatures: threshold not met', 'no signatures found', 'remote trust data does not exist'])(
    'are of a pull only inside one: %s',
    (words) => {
      expect(decode(`Error: ${words}`).error).toMatchObject({ leaf: { kind: 'signature' }, loose: true });
      const { error } = decode(`Failed to pull image "shop/api:1.4": ${words}`);
      expect(error.leaf.kind).toBe('signature');
      expect(error.loose).toBeUndefined();
    },
  );

  it('are known from the guest of a confidential pod', () => {
    const text =
      'Failed to pull image "registry.acme.example/shop/api:1.4": rpc error: code = Internal desc = Security validate failed: Validate image failed: policy of shop';
    expect(decisive(text)).toBe('signature/signature:rejected @registry.acme.example');
  });
});

describe('Docker Content Trust', () => {
  it.each([
    ['No valid trust data for 1.4', 'signature/signature:missing'],
    [
      'docker: Error: could not validate the path to a trusted root: timestamp key expired',
      'signature/signature:rejected',
    ],
    ['you are not authorized to perform this operation: server returned 401.', 'pull/auth:unauthorized'],
    [
      'Error: error contacting notary server: x509: certificate signed by unknown authority',
      'pull/tls:unknown-authority',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});
