import type { ProbeExchange, ProbeManifest, ProbeProblem, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { hostLabel, originOf, stageOf } from './probe-context.ts';
import type { Followed, Session } from './session.ts';
import { problemOfStatus } from './token.ts';

type Layer = ProbeManifest['layers'][number];

interface Fault {
  readonly problem: ProbeProblem;
  readonly said: string;
}

const DIGEST = /^(sha256|sha512):([0-9a-f]+)$/;

/** Stage layers, the long way: reads every layer to its end, as a pull does, and keeps its digest alone. */
export async function verifyLayers(
  session: Session,
  { base }: Place,
  authorization: Authorization | undefined,
  as: string,
  layers: readonly Layer[],
  before: readonly ProbeExchange[],
): Promise<StageResult> {
  const exchanges = [...before];
  let from = hostLabel(originOf(base));
  for (const layer of layers) {
    const reply = await session.ask({
      method: 'GET',
      url: new URL(`blobs/${layer.digest}`, base),
      maxBytes: layer.size,
      hashWith: layer.digest.startsWith('sha512:') ? 'sha512' : 'sha256',
      ...(authorization === undefined ? {} : { authorization }),
    });
    exchanges.push(...reply.exchanges);
    from = hostLabel(originOf(reply.url));
    const fault = faultOf(reply, layer, from);
    if (fault !== undefined)
      return stageOf('layers', 'failed', from, fault.said, {
        as,
        problem: fault.problem,
        exchanges,
        way: reply.way,
      });
  }
  const said = `${layers.length} read whole, their digests are right; served by ${from}`;
  return stageOf('layers', 'ok', from, said, { as, exchanges });
}

function faultOf(reply: Followed, { digest, size }: Layer, from: string): Fault | undefined {
  const { status, hashed, problem } = reply;
  const layer = `layer ${digest.slice(0, 19)}`;
  if (problem === 'too-large')
    return { problem: 'corrupt', said: `${from} sends more than ${size} bytes for ${layer}` };
  if (hashed !== undefined && hashed.bytes < size && problem !== 'timeout')
    return { problem: 'corrupt', said: `${from} ends after ${hashed.bytes} of ${size} bytes of ${layer}` };
  if (status === undefined || problem !== undefined)
    return {
      problem: problem ?? 'unreadable',
      said: `${from}, ${layer}: ${reply.exchange.error ?? 'redirects without end'}`,
    };
  if (status !== 200) return { problem: problemOfStatus(status), said: `${from} answers ${status} for ${layer}` };
  const [, , wanted] = DIGEST.exec(digest) ?? [];
  if (wanted !== undefined && hashed?.hex !== wanted)
    return { problem: 'corrupt', said: `${from} sends other content than ${layer}` };
  return undefined;
}
