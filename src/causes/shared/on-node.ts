import { type Placeholder, placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { hostRole } from './failing-host.ts';
import { namesOf } from './names.ts';
import { decisive } from './witness.ts';

/**
 * Runs a command in the node's own file system and network, which is what the container runtime sees.
 * `systemctl` needs the sysadmin profile. The image is left to the reader: one that must first be pulled is useless here.
 */
export function onNode(facts: Facts, command: string): string {
  const { node } = namesOf(facts);
  const image = placeholder('image already on the node');
  return `${sh`kubectl debug node/${node} -it --profile=sysadmin --image=${image} -- chroot /host`} ${command}`;
}

/** Asks a host of the pull from the node; `healthyAnswer` says what shows that name, route and certificate are fine. */
export function askRegistry(facts: Facts, host: string | Placeholder): string {
  const url = isRegistryApi(facts, host) ? sh`https://${host}/v2/` : sh`https://${host}/`;
  return onNode(facts, `curl -sS -m 20 -o /dev/null -D - ${url}`);
}

/** What a host that works answers to `askRegistry`. */
export function healthyAnswer(facts: Facts, host: string | Placeholder): string {
  return isRegistryApi(facts, host) ? 'HTTP 200 or 401' : 'an HTTP status below 500';
}

/** Token servers and layer stores are hosts of a pull, too, but have no registry API. */
function isRegistryApi(facts: Facts, host: string | Placeholder): boolean {
  const error = decisive(facts)?.error;
  if (error === undefined || error.host !== host) return true;
  const role = hostRole(facts, error);
  return role !== 'token' && role !== 'blob';
}

/** Pulls as the kubelet does, through the CRI: registry configuration and mirrors included, pull secrets not. */
export function pullOnNode(facts: Facts): string {
  return onNode(facts, sh`crictl pull ${namesOf(facts).image}`);
}
