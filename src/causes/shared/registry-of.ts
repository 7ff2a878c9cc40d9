import type { Facts } from '../../facts/facts.ts';
import { type RegistryKind, registryKind } from '../../image/registry-kind.ts';
import { imageHost } from './failing-host.ts';
import { perFacts } from './per-facts.ts';
import { decisive } from './witness.ts';

/** `host[:port]` of the registry that the image names; the host of the error when no image is known. */
export function registryHost(facts: Facts): string | undefined {
  return imageHost(facts) ?? decisive(facts)?.error.host;
}

/** Whose registry it is, by its host. */
export const registryKindOf = perFacts((facts): RegistryKind | undefined => {
  const host = registryHost(facts);
  return host === undefined ? undefined : registryKind(host);
});
