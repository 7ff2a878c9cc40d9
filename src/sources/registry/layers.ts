import type { ProbeExchange, ProbeManifest, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { hostLabel, originOf, stageOf } from './probe-context.ts';
import type { Followed, Session } from './session.ts';
import { problemOfStatus } from './token.ts';
import { verifyLayers } from './verify-layers.ts';

type Layer = ProbeManifest['layers'][number];

/**
 * Stage layers: is each one there? Asked by HEAD without following redirects; then one byte of the largest is read
 * through its redirect, because a store often signs the address for GET only.
 */
export async function lookAtLayers(
  session: Session,
  place: Place,
  authorization: Authorization | undefined,
  as: string,
  layers: readonly Layer[],
): Promise<StageResult> {
  const { host } = place;
  const asked = distinct(layers).slice(0, session.context.limits.layers);
  const [largest] = [...asked].sort((a, b) => b.size - a.size);
  if (largest === undefined) return stageOf('layers', 'unknown', host, 'the manifest names none', { as });
  const replies = await inParallel(asked, session.context.limits.layersAtOnce, (layer) =>
    askBlob(session, place, authorization, layer, 'HEAD'),
  );
  const exchanges = replies.flatMap((reply) => reply.exchanges);
  const missing = asked.filter((_, index) => replies[index]?.status === 404);
  if (missing.length > 0) {
    const said = `${missing.length} of ${asked.length} layers are gone, ${missing[0]?.digest.slice(0, 19)} first`;
    return stageOf('layers', 'failed', host, said, { as, problem: 'not-found', exchanges });
  }
  const refused = replies.find(({ status = 0 }) => status === 0 || status >= 400);
  if (refused !== undefined) return refusedStage(refused, host, as, exchanges);
  const short = wrongSize(asked, replies);
  if (short !== undefined) return stageOf('layers', 'failed', host, short, { as, problem: 'corrupt', exchanges });
  if (session.context.verify) return verifyLayers(session, place, authorization, as, asked, exchanges);
  const read = await askBlob(session, place, authorization, largest, 'GET');
  return readStage(read, largest, asked.length, layers.length, as, exchanges);
}

/** A store that answers itself says how long its copy is; a redirect says nothing. */
function wrongSize(layers: readonly Layer[], replies: readonly Followed[]): string | undefined {
  for (const [index, layer] of layers.entries()) {
    const { status, headers } = replies[index] ?? {};
    // Some servers send 0 to HEAD, whatever the length.
    const length = status === 200 ? Number(headers?.['content-length'] ?? 0) : 0;
    if (length > 0 && length !== layer.size) return sizeWords(layer, length);
  }
  return undefined;
}

function sizeWords({ digest, size }: Layer, length: number): string {
  return `layer ${digest.slice(0, 19)} has ${length} bytes there, its manifest says ${size}`;
}

function askBlob(
  session: Session,
  { base }: Place,
  authorization: Authorization | undefined,
  { digest }: Layer,
  method: 'HEAD' | 'GET',
): Promise<Followed> {
  return session.ask({
    method,
    url: new URL(`blobs/${digest}`, base),
    maxBytes: 1,
    ...(method === 'HEAD' ? { follow: false } : { range: 'bytes=0-0' }),
    ...(authorization === undefined ? {} : { authorization }),
  });
}

function readStage(
  { status, headers, exchanges, way, url, problem, exchange }: Followed,
  largest: Layer,
  asked: number,
  all: number,
  as: string,
  before: readonly ProbeExchange[],
): StageResult {
  const from = hostLabel(originOf(url));
  const more = { as, exchanges: [...before, ...exchanges], way };
  if (status === undefined || problem !== undefined)
    return stageOf('layers', 'failed', from, `${from}: ${exchange.error ?? 'redirects without end'}`, {
      problem: problem ?? 'unreadable',
      ...more,
    });
  if (status >= 300)
    return stageOf('layers', 'failed', from, `${from} answers ${status} for a layer`, {
      problem: problemOfStatus(status),
      ...more,
    });
  const [, total] = /^bytes 0-0\/(\d{1,15})$/.exec(headers['content-range'] ?? '') ?? [];
  if (total !== undefined && Number(total) !== largest.size)
    return stageOf('layers', 'failed', from, sizeWords(largest, Number(total)), { problem: 'corrupt', ...more });
  const some = asked === all ? `${all}` : `${asked} of ${all}`;
  return stageOf('layers', 'ok', from, `${some} looked at, none is missing; served by ${from}`, more);
}

function refusedStage(
  { status, problem, exchange }: Followed,
  host: string,
  as: string,
  exchanges: readonly ProbeExchange[],
): StageResult {
  const said =
    status === undefined ? `${host}: ${exchange.error ?? 'no answer'}` : `${host} answers ${status} for a layer`;
  const why = problem ?? problemOfStatus(status ?? 0);
  return stageOf('layers', 'failed', host, said, { as, problem: why, exchanges });
}

function distinct(layers: readonly Layer[]): readonly Layer[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer] as const)).values()];
}

async function inParallel<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const run = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, run));
  return results;
}
