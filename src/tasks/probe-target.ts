import { excerpt } from '../core/redact.ts';
import { type ImageReference, registryHost, repositoryOf } from '../image/reference.ts';
import { isClusterLocalName, isPrivateNetworkHost } from '../image/registry-kind.ts';
import type { ProbeTarget } from '../sources/registry/probe.ts';

/** A reference as the probe wants it: what the runtime would ask of whom. */
export function targetOf(reference: ImageReference): ProbeTarget {
  const { raw, path, tag, digest } = reference;
  return {
    image: excerpt(raw),
    repository: repositoryOf(reference),
    host: registryHost(reference),
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    privateName: isPrivateNetworkHost(reference.domain) || isClusterLocalName(reference.domain),
  };
}
