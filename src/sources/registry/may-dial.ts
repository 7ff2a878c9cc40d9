import type { ProbeAddress } from '../../core/probe.ts';
import type { ProbeContext } from './probe-context.ts';

/** Who named a host: the caller's image, or the registry by a realm or a redirect. */
export type NamedBy =
  | { readonly who: 'target' }
  | { readonly who: 'registry'; readonly registry: ProbeAddress['reach'] };

/**
 * Which addresses may be asked. A name from a cluster's data must not lead a request into this machine's own network,
 * and a registry must not send one deeper than it is itself: never to link-local addresses (instance metadata).
 */
export function mayDial(
  { reach }: ProbeAddress,
  named: NamedBy,
  { allowPrivate, userNamed }: Pick<ProbeContext, 'allowPrivate' | 'userNamed'>,
): boolean {
  if (reach === 'public' || allowPrivate) return true;
  if (named.who === 'target') return userNamed;
  if (reach === 'link-local') return false;
  return named.registry === reach || (named.registry === 'loopback' && reach === 'private');
}
