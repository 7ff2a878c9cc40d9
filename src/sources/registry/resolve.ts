import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ProbeAddress, StageResult } from '../../core/probe.ts';
import { reachOf } from './address-kind.ts';
import { type ProbeContext, stageOf } from './probe-context.ts';

/** Name to addresses, in the order in which the system would try them. Throws like `dns.lookup`. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's resolver, which also reads /etc/hosts: what a runtime on this machine would use. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};

export interface Resolved {
  readonly stage: StageResult;
  readonly addresses: readonly ProbeAddress[];
}

/** Stage DNS: all addresses of both families. A literal address needs none. */
export async function resolveHost(host: string, context: ProbeContext): Promise<Resolved> {
  if (isIP(host) !== 0) {
    const addresses = [addressOf(host)];
    return { stage: stageOf('dns', 'skipped', host, `${host} is an address`, { addresses }), addresses };
  }
  const started = context.now();
  try {
    const found = await raced(context.resolve(host), context);
    const addresses = [...new Set(found)].slice(0, context.limits.addresses).map(addressOf);
    if (addresses.length === 0) return failed(host, 'no-such-host', `${host} has no address`, context.now() - started);
    const said = `${host} is ${addresses.map(({ address }) => address).join(', ')}`;
    return { stage: stageOf('dns', 'ok', host, said, { addresses, ms: context.now() - started }), addresses };
  } catch (error) {
    const { problem, said } = explain(host, error);
    return failed(host, problem, said, context.now() - started);
  }
}

/** `getaddrinfo` cannot be stopped; its answer is then not waited for. */
async function raced<T>(work: Promise<T>, { limits, signal }: ProbeContext): Promise<T> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(limits.dnsMs)]);
  return new Promise<T>((done, fail) => {
    const stop = () => fail(late.reason);
    if (late.aborted) stop();
    late.addEventListener('abort', stop, { once: true });
    work.then(done, fail).finally(() => late.removeEventListener('abort', stop));
  });
}

function explain(host: string, error: unknown): { problem: 'no-such-host' | 'dns-failed' | 'timeout'; said: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'ENODATA') return { problem: 'no-such-host', said: `no such host: ${host}` };
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError' || name === 'AbortError')
    return { problem: 'timeout', said: `no answer from the resolver for ${host}` };
  return { problem: 'dns-failed', said: `the resolver failed for ${host}${code === '' ? '' : ` (${code})`}` };
}

function failed(host: string, problem: 'no-such-host' | 'dns-failed' | 'timeout', said: string, ms: number): Resolved {
  return { stage: stageOf('dns', 'failed', host, said, { problem, ms }), addresses: [] };
}

function addressOf(address: string): ProbeAddress {
  return { address, family: isIP(address) === 6 ? 6 : 4, reach: reachOf(address) };
}
