/** Whether a literal address is one that only a private network, the node or the link can reach; false for names. */
export function isPrivateAddress(host: string): boolean {
  const v4 = ipv4Octets(host);
  if (v4 !== undefined) return isPrivateIpv4(v4);
  const text = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return text.includes(':') && isPrivateIpv6(text.toLowerCase());
}

/** The four numbers of a dotted IPv4 address. */
export function ipv4Octets(host: string): readonly number[] | undefined {
  const octets = host.split('.', 5);
  const valid = octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
  return valid ? octets.map(Number) : undefined;
}

/** RFC 1918, loopback, link-local, and the shared space of RFC 6598 that some clouds give to pods. */
function isPrivateIpv4([a = 0, b = 0]: readonly number[]): boolean {
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}

/** Loopback, fc00::/7, fe80::/10, and IPv4 written as IPv6. */
function isPrivateIpv6(text: string): boolean {
  if (!/^[0-9a-f:.]{2,45}$/.test(text)) return false;
  if (/^(?:0{0,4}:){2,7}0{0,3}1$/.test(text)) return true;
  const mapped = /^::ffff:([\d.]+)$/.exec(text)?.[1];
  const octets = mapped === undefined ? undefined : ipv4Octets(mapped);
  if (octets !== undefined) return isPrivateIpv4(octets);
  return /^f[cd][0-9a-f]{2}:/.test(text) || /^fe[89ab][0-9a-f]:/.test(text);
}
