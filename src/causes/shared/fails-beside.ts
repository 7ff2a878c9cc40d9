import type { EvidenceId } from '../../core/evidence.ts';
import type { Leaf } from '../../core/pull-error.ts';
import type { Facts } from '../../facts/facts.ts';
import { registryKindOf } from './registry-of.ts';
import { decisive } from './witness.ts';

/** A failure on which credentials have no bearing. */
export interface FailsBeside {
  readonly evidence: EvidenceId;
  /** For a sentence: "the pull fails at name resolution". */
  readonly words: string;
}

const BESIDE: Partial<Record<Leaf['kind'], string>> = {
  reference: 'the image name does not parse',
  'short-name': 'the short image name is not resolved',
  dns: 'the pull fails at name resolution',
  dial: 'the pull fails at the network connection',
  connection: 'the connection breaks',
  timeout: 'the pull runs into a timeout',
  tls: 'the pull fails at TLS',
  proxy: 'the pull fails at the proxy',
  'rate-limit': 'the registry refuses on count',
  throttle: "the kubelet's own pull limit holds it back",
  'not-found': 'the registry let the request in and does not have what it asks for',
  platform: 'the image does not fit the platform of the node',
  'media-type': 'what the registry serves is not an image for this runtime',
  content: 'the content does not arrive whole',
  storage: 'the node cannot store the image',
  unpack: 'the image cannot be unpacked',
  runtime: 'the container runtime fails',
  signature: 'the signature policy rejects the image',
  blocked: 'the node blocks the registry',
};

/** Why the pull fails when that has nothing to do with credentials; undefined when it may have, or is not known. */
export function failsBeside(facts: Facts): FailsBeside | undefined {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { leaf } = witness.error;
  // Artifactory can be told to answer "not found" to those who may not see.
  if (leaf.kind === 'not-found' && registryKindOf(facts) === 'artifactory') return undefined;
  const server = leaf.kind === 'http' && leaf.status >= 500 ? `the registry answers ${leaf.status}` : undefined;
  const words = server ?? BESIDE[leaf.kind];
  return words === undefined ? undefined : { evidence: witness.evidence, words };
}
