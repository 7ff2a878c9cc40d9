import type { StageResult } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';
import { hasDigest } from './digest.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { hostLabel, originOf, stageOf } from './probe-context.ts';
import { jsonObject } from './registry-error.ts';
import type { Session } from './session.ts';
import { problemOfStatus } from './token.ts';

export interface ConfigResult {
  readonly stage: StageResult;
  readonly platform?: string;
  /** RFC 3339, as the builder wrote it. */
  readonly created?: string;
}

const MAX_TEXT = 60;

/** Stage config: reads the image's configuration, which also tries the host that the registry keeps blobs on. */
export async function readConfig(
  session: Session,
  { base, host }: Place,
  authorization: Authorization | undefined,
  as: string,
  digest: string | undefined,
): Promise<ConfigResult> {
  if (digest === undefined) return { stage: stageOf('config', 'unknown', host, 'the manifest names none', { as }) };
  const reply = await session.ask({
    method: 'GET',
    url: new URL(`blobs/${digest}`, base),
    maxBytes: session.context.limits.configBytes,
    ...(authorization === undefined ? {} : { authorization }),
  });
  const { status, body, exchanges, way, url } = reply;
  const from = hostLabel(originOf(url));
  const more = { as, exchanges, way };
  const fail = (problem: NonNullable<StageResult['problem']>, said: string): ConfigResult => ({
    stage: stageOf('config', 'failed', from, said, { problem, ...more }),
  });
  if (status === undefined || reply.problem !== undefined)
    return fail(reply.problem ?? 'unreadable', `${from}: ${reply.exchange.error ?? 'redirects without end'}`);
  if (status !== 200) return fail(problemOfStatus(status), `${from} answers ${status} for the configuration`);
  if (hasDigest(body, digest) === false)
    return fail('corrupt', `${from} sends other content than ${digest.slice(0, 19)}`);
  const read = partsOf(body);
  return { stage: stageOf('config', 'ok', from, `read from ${from}`, more), ...read };
}

function partsOf(body: Buffer): Pick<ConfigResult, 'platform' | 'created'> {
  const json = jsonObject(body);
  const [os, architecture, variant] = [json?.os, json?.architecture, json?.variant].map(text);
  const created = typeof json?.created === 'string' ? Date.parse(json.created) : Number.NaN;
  return {
    ...(os === undefined || architecture === undefined
      ? {}
      : { platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join('/') }),
    // Reproducible builds write 1970 or 1980: no date of anything.
    ...(created > Date.UTC(2000) ? { created: new Date(created).toISOString() } : {}),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? excerpt(value, MAX_TEXT) : undefined;
}
