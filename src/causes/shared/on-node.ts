import { type Placeholder, placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { namesOf } from './names.ts';

/**
 * Runs a command in the node's own file system and network, which is what the container runtime sees.
 * `systemctl` needs the sysadmin profile. The image is left to the reader: one that must first be pulled is useless here.
 */
export function onNode(facts: Facts, command: string): string {
  const { node } = namesOf(facts);
  const image = placeholder('image already on the node');
  return `${sh`kubectl debug node/${node} -it --profile=sysadmin --image=${image} -- chroot /host`} ${command}`;
}

/** Asks the registry API of a host from the node: 200 or 401 means that name, route and certificate are fine. */
export function askRegistry(facts: Facts, host: string | Placeholder): string {
  return onNode(facts, sh`curl -sS -m 20 -o /dev/null -D - https://${host}/v2/`);
}

/** Pulls as the kubelet does, through the CRI: registry configuration and mirrors included, pull secrets not. */
export function pullOnNode(facts: Facts): string {
  return onNode(facts, sh`crictl pull ${namesOf(facts).image}`);
}
