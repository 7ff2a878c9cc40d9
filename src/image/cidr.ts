import { ipv4Octets } from './ip-address.ts';

/** A literal address as bytes: 4 of IPv4 (IPv4 written as IPv6 as well), else 16. */
function addressBytes(text: string): readonly number[] | undefined {
  const v4 = ipv4Octets(text);
  if (v4 !== undefined) return v4;
  const mapped = /^::ffff:([\d.]{7,15})$/i.exec(text)?.[1];
  return mapped === undefined ? ipv6Bytes(text) : ipv4Octets(mapped);
}

function ipv6Bytes(text: string): readonly number[] | undefined {
  if (text.length > 39 || !/^[\da-f:]+$/i.test(text)) return undefined;
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const missing = 8 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...new Array<string>(missing).fill('0'), ...last];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** Whether an address lies in a block such as `10.0.0.0/8`; undefined when one of them is malformed. */
export function isInCidr(address: string, cidr: string): boolean | undefined {
  const [network = '', length = ''] = cidr.split('/');
  const [a, b] = [addressBytes(address), addressBytes(network)];
  const bits = Number(length);
  if (a === undefined || b === undefined || !/^\d{1,3}$/.test(length) || bits > b.length * 8) return undefined;
  if (a.length !== b.length) return false;
  return a.every((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - i * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === ((b[i] ?? 0) & mask);
  });
}
