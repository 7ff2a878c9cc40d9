import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';

/** Image string, pull policy, signatures and admission: what is decided before or beside the pull. */
export const POLICY_LEAVES: readonly Rule[] = [
  {
    like: 'container image {image:q} is not present with pull policy of never',
    gives: { pull: true, stage: 'policy' },
    read: image,
    leaf: { kind: 'not-present' },
  },
  {
    like: 'is not present with pull policy of never',
    gives: { pull: true, stage: 'policy' },
    leaf: { kind: 'not-present' },
    prose: true,
  },

  { like: 'invalid reference format: repository name', gives: reference(), leaf: uppercase },
  { like: 'invalid reference format', gives: reference(), leaf: { kind: 'reference', problem: 'format' }, prose: true },
  // docker 1.x
  {
    like: 'is not a valid repository/tag',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'format' },
    prose: true,
  },
  { like: 'invalid image reference', gives: reference(), leaf: { kind: 'reference', problem: 'format' } },
  {
    like: 'repository name must be lowercase',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'uppercase' },
    prose: true,
  },
  {
    like: 'repository name ({name}) must be lowercase',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'uppercase' },
  },
  {
    like: 'repository name must have at least one component',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'empty' },
  },
  {
    like: 'repository name must not be more than',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'too-long' },
  },
  { like: 'invalid repository name', gives: reference(), leaf: invalidName },
  {
    like: 'cannot specify 64-byte hexadecimal strings',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'image-id' },
    prose: true,
  },
  { like: 'unsupported digest algorithm', gives: reference(), leaf: { kind: 'reference', problem: 'digest' } },
  { like: 'invalid checksum digest', gives: reference(), leaf: { kind: 'reference', problem: 'digest' } },
  // containerd pkg/reference, in ctr: it adds neither docker.io/library nor a tag
  { like: 'object required', leaf: { kind: 'reference', problem: 'incomplete' }, generic: true },
  { like: 'hostname required', leaf: { kind: 'reference', problem: 'incomplete' }, generic: true },
  { like: 'invalid reference', leaf: { kind: 'reference', problem: 'format' }, when: ({ rest }) => rest.trim() === '' },
  { like: 'invalid tag format', gives: reference(), leaf: { kind: 'reference', problem: 'format' } },
  { like: 'invalid image name', gives: { ...reference(), fallback: { kind: 'reference', problem: 'format' } } },
  { like: 'unable to parse image', gives: { ...reference(), fallback: { kind: 'reference', problem: 'format' } } },
  {
    like: 'failed to parse image name {image:q}',
    gives: { ...reference(), fallback: { kind: 'reference', problem: 'format' } },
    read: image,
  },
  {
    like: 'failed to parse image reference {image:q}',
    gives: { ...reference(), fallback: { kind: 'reference', problem: 'format' } },
    read: image,
  },
  { like: 'could not parse reference', gives: { ...reference(), fallback: { kind: 'reference', problem: 'format' } } },

  {
    like: 'short-name {name:q} did not resolve to an alias',
    gives: { ...crio(), stage: 'reference' },
    leaf: { kind: 'short-name', problem: 'no-search-registry' },
  },
  {
    like: 'short-name resolution enforced',
    gives: { ...crio(), stage: 'reference' },
    leaf: { kind: 'short-name', problem: 'enforcing' },
  },
  {
    like: 'short name mode is enforcing',
    gives: { ...crio(), stage: 'reference' },
    leaf: { kind: 'short-name', problem: 'ambiguous' },
  },
  { like: 'short-name', gives: { ...crio(), stage: 'reference' }, leaf: { kind: 'short-name', problem: 'ambiguous' } },
  {
    // CRI-O before 1.18
    like: 'no registries configured while trying to pull an unqualified image',
    gives: { ...crio(), stage: 'reference' },
    leaf: { kind: 'short-name', problem: 'no-search-registry' },
    prose: true,
  },
  {
    like: 'no unqualified-search registries are defined',
    gives: { ...crio(), stage: 'reference' },
    leaf: { kind: 'short-name', problem: 'no-search-registry' },
    prose: true,
  },

  // CRI-O 1.31 and later, at the start of a container: the check itself may fail
  {
    like: 'checking signature of {image:q}',
    gives: { ...crio(), stage: 'signature', fallback: { kind: 'signature', problem: 'error' } },
    read: image,
  },
  // containers/image docker/docker_transport.go takes one of the two
  {
    like: 'docker references with both a tag and digest are currently not supported',
    gives: reference(),
    leaf: { kind: 'reference', problem: 'tag-and-digest' },
    prose: true,
  },
  { like: 'source image rejected', gives: signature(), leaf: rejected, prose: true },
  {
    like: 'a signature was required, but no signature exists',
    gives: signature(),
    leaf: { kind: 'signature', problem: 'missing' },
    prose: true,
  },
  {
    like: 'running image {image:w} is rejected by policy',
    gives: signature(),
    leaf: { kind: 'signature', problem: 'rejected' },
  },
  {
    like: 'image verifier {name:w} blocked pull of {image:w}',
    gives: { ...signature(), runtime: 'containerd' },
    leaf: ({ captures }) => by('verifier', captures.name),
  },
  {
    like: 'image verifier',
    gives: { ...signature(), runtime: 'containerd' },
    leaf: { kind: 'signature', problem: 'verifier' },
    generic: true,
  },
  { like: 'image pull blocked by verifier', gives: signature(), leaf: { kind: 'signature', problem: 'verifier' } },
  {
    like: 'remote trust data does not exist',
    gives: checked(),
    leaf: { kind: 'signature', problem: 'missing' },
    prose: true,
  },
  // Docker Content Trust: the client asks a notary server before it pulls
  { like: 'no valid trust data for', gives: signature(), leaf: { kind: 'signature', problem: 'missing' } },
  {
    like: 'could not validate the path to a trusted root',
    gives: signature(),
    leaf: { kind: 'signature', problem: 'rejected' },
  },
  { like: 'error contacting notary server', gives: { pull: true } },
  {
    like: 'you are not authorized to perform this operation: server returned 401',
    leaf: { kind: 'auth', problem: 'unauthorized' },
  },
  { like: 'no trust data', gives: signature(), leaf: { kind: 'signature', problem: 'missing' } },
  // image-rs, in the guest of Confidential Containers
  { like: 'security validate failed', gives: signature(), leaf: { kind: 'signature', problem: 'rejected' } },
  { like: 'no signatures found', gives: checked(), leaf: { kind: 'signature', problem: 'missing' }, prose: true },
  { like: 'no matching signatures', gives: checked(), leaf: { kind: 'signature', problem: 'rejected' }, prose: true },
  // Ratify, Notation
  { like: 'referrers not found', gives: signature(), leaf: { kind: 'signature', problem: 'missing' } },
  {
    like: 'signature is not produced by a trusted signer',
    gives: checked(),
    leaf: { kind: 'signature', problem: 'rejected' },
    prose: true,
  },
  {
    like: 'cryptographic signature verification failed',
    gives: checked(),
    leaf: { kind: 'signature', problem: 'rejected' },
    prose: true,
  },
  { like: 'verify signature failure', gives: signature(), leaf: { kind: 'signature', problem: 'rejected' } },
  { like: 'invalid policy in', gives: signature(), leaf: { kind: 'signature', problem: 'error' } },
  { like: 'open /etc/containers/policy.json', gives: signature(), leaf: { kind: 'signature', problem: 'error' } },

  { like: 'admission webhook {by:q} denied the request', leaf: denied },
  { like: 'validatingadmissionpolicy {by:q} with binding {binding:q} denied request', leaf: denied },
  {
    like: 'image policy webhook backend denied one or more images',
    leaf: { kind: 'admission', problem: 'policy', by: 'ImagePolicyWebhook', aboutRegistry: true },
  },
  {
    like: 'one or more images rejected by webhook backend',
    leaf: { kind: 'admission', problem: 'policy', by: 'ImagePolicyWebhook', aboutRegistry: true },
  },
  {
    like: 'must not have leading or trailing whitespace',
    leaf: { kind: 'admission', problem: 'validation', aboutRegistry: true },
    when: ({ before }) => /image\b/.test(before),
  },
  {
    like: 'invalid value: {value:q}: must not have leading or trailing whitespace',
    leaf: { kind: 'admission', problem: 'validation', aboutRegistry: true },
    when: ({ before }) => /image\b/.test(before),
  },
  {
    like: 'required value',
    leaf: { kind: 'admission', problem: 'validation', aboutRegistry: true },
    when: ({ before }) => /image\b/.test(before),
  },
  { like: 'was blocked due to the following policies', leaf: denied },
  // Gatekeeper names the constraint: `[denied by require-limits] …`
  { like: 'denied by {by:w}', leaf: denied, when: ({ rest }) => rest.startsWith(']') },
];

function image({ captures }: Reading): { image?: string } {
  const name = captures.image;
  return name === undefined || name === '' ? {} : { image: name };
}

function reference() {
  return { pull: true, stage: 'reference' } as const;
}

function crio() {
  return { runtime: 'cri-o', pull: true } as const;
}

function signature() {
  return { pull: true, stage: 'signature' } as const;
}

/** Words of a signing tool, which speaks of any image that it checks. */
function checked() {
  return { stage: 'signature' } as const;
}

function by(problem: 'verifier', name: string | undefined): Leaf {
  return { kind: 'signature', problem, ...(name === undefined || name === '' ? {} : { by: name }) };
}

/** What follows are reasons of the policy, whatever they look like. */
function rejected({ rest }: Reading): Leaf {
  const missing = /a signature was required, but no signature exists/i.test(rest.slice(0, 1000));
  return { kind: 'signature', problem: missing ? 'missing' : 'rejected' };
}

function uppercase({ rest }: Reading): Leaf {
  return { kind: 'reference', problem: /must be lowercase/i.test(rest.slice(0, 400)) ? 'uppercase' : 'format' };
}

function invalidName({ rest }: Reading): Leaf {
  return { kind: 'reference', problem: /64-byte hexadecimal/i.test(rest.slice(0, 300)) ? 'image-id' : 'format' };
}

const ABOUT_IMAGE = /\bimages?\b|registr(?:y|ies)|\brepos?\b|\bdigest\b|signature|\btag\b|cosign|attestation|verifier/i;

/** `host.tld/path:tag` or `…@sha256:…`: whatever the words, they are about an image. */
const SHOWS_IMAGE = /[a-z0-9]\.[a-z]{2,20}(?::\d{1,5})?\/[\w./-]{1,200}(?:@sha256:|:[\w.-])/;

/** A denial counts as a matter of the pull chain only if its own words are about images. */
function denied({ captures, rest }: Reading): Leaf {
  const name = captures.by;
  const aboutRegistry =
    ABOUT_IMAGE.test(rest.slice(0, 1500)) ||
    SHOWS_IMAGE.test(rest.slice(0, 1500)) ||
    /image|registr|sigstore|cosign|connaisseur|portieris/i.test(name ?? '');
  return {
    kind: 'admission',
    problem: 'policy',
    aboutRegistry,
    ...(name === undefined || name === '' ? {} : { by: name }),
  };
}
