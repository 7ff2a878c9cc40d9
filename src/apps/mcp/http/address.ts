import { isIP } from 'node:net';
import { UsageError } from '../../../core/usage-error.ts';

export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/** `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080`; without a host it is loopback, for an open port must be meant. */
export function parseAddress(text: string): ListenAddress {
  const [, host = '', digits = ''] = /^(?:(\[[0-9a-f:.]+\]|[\w.-]*):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535)
    throw new UsageError(`--http ${text}: write it as HOST:PORT, such as 127.0.0.1:8811, or as a port alone`);
  return { hostname: host === '' ? LOOPBACK : host.replace(/^\[|\]$/g, ''), port };
}

/** Whether only this machine can reach it. A name is taken at its word only when it is `localhost`. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '::1') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
