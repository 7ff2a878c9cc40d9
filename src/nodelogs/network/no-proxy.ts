import { isInCidr } from '../../image/cidr.ts';

/**
 * Whether NO_PROXY keeps a host away from the proxy, by Go's rules (golang.org/x/net/http/httpproxy): `*`; addresses and
 * networks; `name` and `.name` for names below (the bare one also for itself); a port limits the entry to it.
 * localhost and loopback addresses never go through a proxy.
 */
export function bypassesProxy(hostWithPort: string, entries: readonly string[], defaultPort = '443'): boolean {
  const { host, port } = splitPort(hostWithPort.toLowerCase(), defaultPort);
  if (host === 'localhost' || /^127\./.test(host) || host === '::1') return true;
  return entries.some((raw) => {
    const entry = raw.trim().toLowerCase();
    if (entry === '') return false;
    if (entry === '*') return true;
    if (entry.includes('/')) return isInCidr(host, entry) === true;
    const { host: name, port: only } = splitPort(entry, '');
    if (only !== '' && only !== port) return false;
    if (name === host) return true;
    const suffix = name.startsWith('*.') ? name.slice(1) : name.startsWith('.') ? name : `.${name}`;
    return !isAddress(name) && host.endsWith(suffix);
  });
}

function splitPort(text: string, otherwise: string): { readonly host: string; readonly port: string } {
  const bracketed = /^\[([^\]]{1,60})\](?::(\d{1,5}))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? otherwise };
  const parts = text.split(':');
  if (parts.length !== 2) return { host: text, port: otherwise };
  return { host: parts[0] ?? '', port: parts[1] ?? otherwise };
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}
