import { BlockList, isIP } from 'node:net';
import type { ProbeAddress } from '../../core/probe.ts';

type Reach = ProbeAddress['reach'];

const RANGES: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6', reach: Reach])[] = [
  ['127.0.0.0', 8, 'ipv4', 'loopback'],
  ['0.0.0.0', 8, 'ipv4', 'loopback'],
  ['169.254.0.0', 16, 'ipv4', 'link-local'],
  ['10.0.0.0', 8, 'ipv4', 'private'],
  ['172.16.0.0', 12, 'ipv4', 'private'],
  ['192.168.0.0', 16, 'ipv4', 'private'],
  ['100.64.0.0', 10, 'ipv4', 'private'],
  ['192.0.0.0', 24, 'ipv4', 'private'],
  ['198.18.0.0', 15, 'ipv4', 'private'],
  ['224.0.0.0', 3, 'ipv4', 'link-local'],
  ['::1', 128, 'ipv6', 'loopback'],
  ['::', 128, 'ipv6', 'loopback'],
  ['fe80::', 10, 'ipv6', 'link-local'],
  ['fc00::', 7, 'ipv6', 'private'],
  ['fec0::', 10, 'ipv6', 'private'],
  ['ff00::', 8, 'ipv6', 'link-local'],
];

/** IPv6 ranges that carry an IPv4 address: mapped, compatible, NAT64, 6to4, Teredo. None names a registry. */
const EMBEDDED: readonly (readonly [network: string, prefix: number])[] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
];

const LISTS = RANGES.map(([network, prefix, family, reach]) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return { list, family, reach };
});

const EMBEDDED_LIST = new BlockList();
for (const [network, prefix] of EMBEDDED) EMBEDDED_LIST.addSubnet(network, prefix, 'ipv6');

/** How far away an address is. What only this machine or its network can mean is never `public`. */
export function reachOf(address: string): Reach {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
  const mapped = mappedIpv4(plain);
  if (mapped !== undefined) return reachOf(mapped);
  const known = LISTS.find((range) => range.family === family && range.list.check(plain, family));
  if (known !== undefined) return known.reach;
  return family === 'ipv6' && EMBEDDED_LIST.check(plain, 'ipv6') ? 'private' : 'public';
}

/** `::ffff:10.0.0.1` and `::ffff:a00:1`. */
function mappedIpv4(address: string): string | undefined {
  const [, dotted, high, low] =
    /^::ffff:(?:(\d{1,3}(?:\.\d{1,3}){3})|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address) ?? [];
  if (dotted !== undefined) return isIP(dotted) === 4 ? dotted : undefined;
  if (high === undefined || low === undefined) return undefined;
  const number = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
