import type { ProbeManifest, ProbePlatform, StageResult } from '../../core/probe.ts';
import { readConfig } from './config-blob.ts';
import { hasDigest, sha256Of } from './digest.ts';
import type { Authorization } from './exchange.ts';
import { askManifest, type Place } from './find-manifest.ts';
import { lookAtLayers } from './layers.ts';
import { isImageLayer } from './media-types.ts';
import { type ParsedManifest, parseManifest } from './parse-manifest.ts';
import { choosePlatform, parsePlatform, runsOn } from './platform.ts';
import { stageOf } from './probe-context.ts';
import type { Session } from './session.ts';
import { problemOfStatus } from './token.ts';

export interface ReadImage {
  readonly stages: readonly StageResult[];
  readonly manifest?: ProbeManifest;
}

/** Where no platform is asked for. */
const USUAL_PLATFORM = 'linux/amd64';

interface Got {
  readonly stage: StageResult;
  readonly parsed?: ParsedManifest;
  readonly digest?: string;
}

/** Stages manifest (by GET), platform, config and layers: what a pull would read after the tag was found. */
export async function readImage(
  session: Session,
  place: Place,
  authorization: Authorization | undefined,
  as: string,
  platform: string | undefined,
): Promise<ReadImage> {
  const top = await getManifest(session, place, authorization, as);
  if (top.parsed === undefined) return { stages: [top.stage] };
  const manifest = manifestOf(top.parsed, top.digest);
  const kindStage = unsupported(top.parsed, place, as);
  if (kindStage !== undefined) return { stages: [top.stage, kindStage], manifest };
  if (top.parsed.kind !== 'index') {
    const rest = await readSingle(session, place, authorization, as, platform, top.parsed, manifest);
    return { ...rest, stages: [top.stage, ...rest.stages] };
  }
  const chosen = chooseFrom(top.parsed.platforms, platform);
  const choice = platformOfIndex(top.parsed.platforms, chosen, platform, place, as);
  if (chosen === undefined) return { stages: [top.stage, choice], manifest };
  const child = await getManifest(session, { ...place, reference: chosen.digest }, authorization, as);
  const platformStage = { ...choice, exchanges: child.stage.exchanges };
  if (child.parsed === undefined) return { stages: [top.stage, choice, child.stage], manifest };
  const childKind = unsupported(child.parsed, place, as);
  const both = {
    ...manifestOf(child.parsed, top.digest),
    kind: childKind === undefined ? manifest.kind : child.parsed.kind,
  };
  const merged = { ...both, mediaType: manifest.mediaType, platforms: manifest.platforms, platform: chosen.platform };
  if (childKind !== undefined) return { stages: [top.stage, platformStage, childKind], manifest: merged };
  const rest = await readBlobs(session, place, authorization, as, child.parsed, merged);
  return { ...rest, stages: [top.stage, platformStage, ...rest.stages] };
}

async function getManifest(
  session: Session,
  place: Place,
  authorization: Authorization | undefined,
  as: string,
): Promise<Got> {
  const { host, reference } = place;
  const reply = await askManifest(session, place, 'GET', authorization);
  const { status, body, headers, exchanges, way } = reply;
  const more = { as, exchanges, way };
  const fail = (problem: NonNullable<StageResult['problem']>, said: string): Got => ({
    stage: stageOf('manifest', 'failed', host, said, { problem, ...more }),
  });
  const short = reference.slice(0, 19);
  if (status === undefined || reply.problem !== undefined)
    return fail(
      reply.problem ?? 'unreadable',
      `${host}, manifest ${short}: ${reply.exchange.error ?? 'redirects without end'}`,
    );
  if (status !== 200) return fail(problemOfStatus(status), `${host} answers ${status} for manifest ${short}`);
  if (reference.includes(':') && hasDigest(body, reference) === false)
    return fail('unreadable', `${host} sends other content than ${short}`);
  const parsed = parseManifest(body, headers['content-type'], session.context.limits.platforms);
  if (parsed === undefined)
    return fail('unreadable', `${host} sends no manifest: ${headers['content-type'] ?? 'no type'}`);
  const said = `${parsed.kind === 'index' ? 'an index of platforms' : 'a manifest'}, ${parsed.mediaType || 'without a media type'}`;
  return { stage: stageOf('manifest', 'ok', host, said, more), parsed, digest: sha256Of(body) };
}

/** What no runtime can run, whatever it pulls. */
function unsupported(parsed: ParsedManifest, { host }: Place, as: string): StageResult | undefined {
  const fail = (said: string) => stageOf('platform', 'failed', host, said, { problem: 'unsupported', as });
  if (parsed.kind === 'schema1') return fail('a manifest of schema 1, which containerd 2 no longer reads');
  if (parsed.kind === 'artifact') return fail(`no container image: its configuration is ${parsed.configMediaType}`);
  if (parsed.kind === 'unknown') return fail(`no container image: ${parsed.mediaType || 'no media type'}`);
  const odd = parsed.layers.find((layer) => layer.mediaType !== '' && !isImageLayer(layer.mediaType));
  return odd === undefined ? undefined : fail(`a layer of type ${odd.mediaType}, which runtimes do not unpack`);
}

function chooseFrom(offered: readonly ProbePlatform[], wanted: string | undefined): ProbePlatform | undefined {
  return wanted === undefined
    ? (choosePlatform(USUAL_PLATFORM, offered) ?? offered[0])
    : choosePlatform(wanted, offered);
}

function platformOfIndex(
  offered: readonly ProbePlatform[],
  chosen: ProbePlatform | undefined,
  wanted: string | undefined,
  { host }: Place,
  as: string,
): StageResult {
  const list = [...new Set(offered.map(({ platform }) => platform))].join(', ') || 'no platform';
  if (chosen !== undefined) return stageOf('platform', 'ok', host, `${list}; followed: ${chosen.platform}`, { as });
  const said = `nothing for ${wanted ?? USUAL_PLATFORM}: the index has ${list}`;
  return stageOf('platform', 'failed', host, said, { problem: 'no-match', as });
}

/** A single image: only its configuration says which platform it is for. */
async function readSingle(
  session: Session,
  place: Place,
  authorization: Authorization | undefined,
  as: string,
  wanted: string | undefined,
  parsed: ParsedManifest,
  manifest: ProbeManifest,
): Promise<ReadImage> {
  const { stages, manifest: full = manifest } = await readBlobs(session, place, authorization, as, parsed, manifest);
  return { stages: [singlePlatform(full.platform, wanted, place, as), ...stages], manifest: full };
}

function singlePlatform(has: string | undefined, wanted: string | undefined, { host }: Place, as: string): StageResult {
  if (has === undefined)
    return stageOf('platform', 'unknown', host, 'the configuration, which names it, was not read', { as });
  const want = wanted === undefined ? undefined : parsePlatform(wanted);
  if (want === undefined || runsOn(has, want)) return stageOf('platform', 'ok', host, `${has} only`, { as });
  return stageOf('platform', 'failed', host, `built for ${has} only, not for ${wanted}`, { problem: 'no-match', as });
}

async function readBlobs(
  session: Session,
  place: Place,
  authorization: Authorization | undefined,
  as: string,
  parsed: ParsedManifest,
  manifest: ProbeManifest,
): Promise<ReadImage> {
  const config = await readConfig(session, place, authorization, as, parsed.configDigest);
  const layers = await lookAtLayers(session, place, authorization, as, parsed.layers);
  const platform = manifest.platform ?? config.platform;
  return {
    stages: [config.stage, layers],
    manifest: {
      ...manifest,
      ...(platform === undefined ? {} : { platform }),
      ...(config.created === undefined ? {} : { created: config.created }),
    },
  };
}

function manifestOf(parsed: ParsedManifest, digest: string | undefined): ProbeManifest {
  const { configDigest: _, ...rest } = parsed;
  return { ...rest, ...(digest === undefined ? {} : { digest }) };
}
