import type { Socket } from 'node:net';
import type { ProbeAddress, StageResult } from '../../core/probe.ts';
import { proxyFor } from '../cluster/proxy.ts';
import { connectTcp, type Endpoint } from './connect-tcp.ts';
import { mayDial, type NamedBy } from './may-dial.ts';
import { problemOf, wordsOf } from './network-problem.ts';
import { hostLabel, type Origin, originOf, originUrl, type ProbeContext, stageOf } from './probe-context.ts';
import { openTunnel, TunnelRefused } from './proxy-tunnel.ts';
import { resolveHost } from './resolve.ts';
import { handshakeProblem, shakeHands } from './tls-handshake.ts';

/** An open way to a host, and how to open another like it. */
export interface Line {
  /** As it is really spoken: a server without TLS makes it `http`. */
  readonly origin: Origin;
  /** TLS with a certificate that this machine trusts: secrets may go over it. */
  readonly trusted: boolean;
  /** How far the host is away; unknown behind a proxy. */
  readonly reach: ProbeAddress['reach'];
  /** The first connection; later ones by `reopen`. */
  readonly socket: Socket;
  reopen(): Promise<Socket>;
}

export interface Dialled {
  readonly stages: readonly StageResult[];
  /** Missing when a stage failed. */
  readonly line?: Line;
}

/** Stages DNS, TCP, proxy and TLS to one host. Never throws. */
export async function dial(origin: Origin, named: NamedBy, context: ProbeContext): Promise<Dialled> {
  const host = hostLabel(origin);
  const proxy = proxyUrl(origin, context);
  const resolved = await resolveHost(origin.host, context);
  const dns = proxy === undefined || resolved.stage.status === 'ok' ? resolved.stage : byProxy(resolved.stage);
  const allowed = resolved.addresses.filter((address) => mayDial(address, named, context));
  if (resolved.addresses.length > allowed.length && allowed.length === 0)
    return { stages: [dns, privateAddress(host, resolved.addresses)] };
  if (dns.status === 'failed') return { stages: [dns] };
  const endpoint = { addresses: allowed, port: origin.port };
  const reach = allowed[0]?.reach ?? 'public';
  const route = proxy === undefined ? { endpoint } : await proxyRoute(proxy, context);
  if ('failed' in route) return { stages: [dns, route.failed] };
  return open(origin, { ...route, ...(proxy === undefined ? {} : { proxy }) }, reach, [dns], context);
}

interface Route {
  readonly endpoint: Endpoint;
  readonly proxy?: URL;
}

async function open(
  origin: Origin,
  route: Route,
  reach: ProbeAddress['reach'],
  before: readonly StageResult[],
  context: ProbeContext,
): Promise<Dialled> {
  const host = hostLabel(origin);
  const started = context.now();
  let raw: Socket;
  try {
    raw = await openRaw(origin, route, context);
  } catch (error) {
    return { stages: [...before, connectFailed(host, route, error, context.now() - started)] };
  }
  const stages = [...before, ...connected(host, route, raw, context.now() - started)];
  if (!origin.secure) return { stages, line: plainLine(origin, raw, route, reach, context) };
  return secureLine(origin, raw, route, reach, stages, context);
}

async function secureLine(
  origin: Origin,
  raw: Socket,
  route: Route,
  reach: ProbeAddress['reach'],
  before: readonly StageResult[],
  context: ProbeContext,
): Promise<Dialled> {
  const host = hostLabel(origin);
  const started = context.now();
  try {
    const { socket, certificates, distrust } = await handshake(origin, raw, context);
    const more = { certificates, ms: context.now() - started };
    if (distrust !== undefined) {
      socket.destroy();
      const stage = stageOf('tls', 'failed', host, distrust.said, { problem: distrust.problem, ...more });
      return { stages: [...before, stage] };
    }
    const leaf = certificates[0];
    const said = `certificate of ${leaf?.issuer ?? 'an unnamed authority'}, until ${leaf?.validTo ?? 'some day'}`;
    const reopen = async () => {
      const next = await handshake(origin, await openRaw(origin, route, context), context);
      if (next.distrust !== undefined) throw new Error(next.distrust.said);
      return next.socket;
    };
    return {
      stages: [...before, stageOf('tls', 'ok', host, said, more)],
      line: { origin, trusted: true, reach, socket, reopen },
    };
  } catch (error) {
    raw.destroy();
    const { problem, said } = handshakeProblem(error);
    const stage = stageOf('tls', 'failed', host, said, { problem, ms: context.now() - started });
    if (problem !== 'plain-http') return { stages: [...before, stage] };
    return spokenPlainly(origin, route, reach, [...before, stage], context);
  }
}

/** A server that answers HTTP on this port is asked on, without any credential. */
async function spokenPlainly(
  origin: Origin,
  route: Route,
  reach: ProbeAddress['reach'],
  stages: readonly StageResult[],
  context: ProbeContext,
): Promise<Dialled> {
  const plain = { ...origin, secure: false };
  try {
    return { stages, line: plainLine(plain, await openRaw(plain, route, context), route, reach, context) };
  } catch {
    return { stages };
  }
}

function plainLine(origin: Origin, socket: Socket, route: Route, reach: Line['reach'], context: ProbeContext): Line {
  return { origin, trusted: false, reach, socket, reopen: () => openRaw(origin, route, context) };
}

async function openRaw(origin: Origin, { endpoint, proxy }: Route, context: ProbeContext): Promise<Socket> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.tcpMs)]);
  const socket = await connectTcp(endpoint, signal);
  if (proxy === undefined) return socket;
  try {
    const toProxy = proxy.protocol === 'https:' ? await secured(socket, proxy, context, signal) : socket;
    return await openTunnel(toProxy, proxy, origin, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The user's login at the proxy goes to a proxy that can be trusted only. */
async function secured(raw: Socket, proxy: URL, context: ProbeContext, signal: AbortSignal): Promise<Socket> {
  const { socket, distrust } = await shakeHands(raw, originOf(proxy).host, context.trust, context.now(), signal);
  if (distrust === undefined) return socket;
  socket.destroy();
  throw new Error(distrust.said);
}

function handshake({ host }: Origin, raw: Socket, context: ProbeContext) {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.tlsMs)]);
  return shakeHands(raw, host, context.trust, context.now(), signal);
}

function proxyUrl(origin: Origin, { env }: ProbeContext): URL | undefined {
  const text = proxyFor(new URL(originUrl(origin)), env);
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}

/** The proxy is named by the user's own environment, so any address of it may be dialled. */
async function proxyRoute(proxy: URL, context: ProbeContext): Promise<Route | { readonly failed: StageResult }> {
  const origin = originOf(proxy);
  const { stage, addresses } = await resolveHost(origin.host, context);
  if (addresses.length > 0) return { endpoint: { addresses, port: origin.port } };
  const said = `the proxy cannot be reached: ${stage.said}`;
  return { failed: stageOf('proxy', 'failed', hostLabel(origin), said, { problem: 'proxy-failed' }) };
}

function connected(host: string, { proxy, endpoint }: Route, socket: Socket, ms: number): readonly StageResult[] {
  if (proxy !== undefined) {
    const by = hostLabel(originOf(proxy));
    return [
      stageOf('tcp', 'skipped', host, `the proxy ${by} connects`),
      stageOf('proxy', 'ok', by, `tunnel through ${by} to ${host}`, { ms }),
    ];
  }
  const { remoteAddress = 'the host', remotePort = endpoint.port } = socket;
  return [stageOf('tcp', 'ok', host, `connected to ${remoteAddress} port ${remotePort}`, { ms })];
}

function connectFailed(host: string, { proxy, endpoint }: Route, error: unknown, ms: number): StageResult {
  const problem = problemOf(error);
  if (proxy === undefined) {
    const where = endpoint.addresses.map(({ address }) => address).join(', ');
    const said = `${wordsOf(problem, error)}: ${where} port ${endpoint.port}`;
    return stageOf('tcp', 'failed', host, said, { problem, ms, addresses: endpoint.addresses });
  }
  const by = hostLabel(originOf(proxy));
  const said =
    error instanceof TunnelRefused
      ? `the proxy ${by} refuses a tunnel to ${host} (${error.status})`
      : `the proxy ${by}: ${wordsOf(problem, error)}`;
  return stageOf('proxy', 'failed', by, said, { problem: 'proxy-failed', ms });
}

/** Behind a proxy it is the proxy that resolves. */
function byProxy(stage: StageResult): StageResult {
  const { problem: _, ...rest } = stage;
  return { ...rest, status: 'unknown', said: `${stage.said} from here; the proxy resolves the name` };
}

function privateAddress(host: string, addresses: readonly ProbeAddress[]): StageResult {
  const where = addresses.map(({ address, reach }) => `${address} (${reach})`).join(', ');
  const said = `not asked: ${host} is ${where}; allow such addresses if this registry is meant`;
  return stageOf('tcp', 'skipped', host, said, { problem: 'private-address', addresses });
}
