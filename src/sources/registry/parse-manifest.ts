import type { ProbeManifest, ProbePlatform } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';
import { CONFIG_TYPES, IMAGE_TYPES, INDEX_TYPES, SCHEMA1_TYPES } from './media-types.ts';
import { jsonObject } from './registry-error.ts';

/** A manifest as far as a pull reads it. */
export type ParsedManifest = Pick<
  ProbeManifest,
  'kind' | 'mediaType' | 'platforms' | 'layers' | 'configMediaType' | 'bytes'
> & { readonly configDigest?: string };

const MAX_TEXT = 120;
const DIGEST = /^[a-z0-9]{1,16}:[a-f0-9]{32,128}$/;
const MAX_LAYERS = 1_000;

/** Undefined when the body is no manifest of any kind. Never throws. */
export function parseManifest(body: Buffer, contentType: string | undefined, maxPlatforms: number) {
  const json = jsonObject(body);
  if (json === undefined) return undefined;
  const said = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const own = text(json.mediaType) ?? '';
  const mediaType = own === '' ? said : own;
  if (json.schemaVersion === 1 || SCHEMA1_TYPES.includes(mediaType))
    return { kind: 'schema1', mediaType, platforms: [], layers: [] } satisfies ParsedManifest;
  if (INDEX_TYPES.includes(mediaType) || Array.isArray(json.manifests))
    return parseIndex(json, mediaType, maxPlatforms);
  if (IMAGE_TYPES.includes(mediaType) || Array.isArray(json.layers)) return parseImage(json, mediaType);
  return json.schemaVersion === 2
    ? ({ kind: 'unknown', mediaType, platforms: [], layers: [] } satisfies ParsedManifest)
    : undefined;
}

type Json = Readonly<Record<string, unknown>>;

function parseIndex(json: Json, mediaType: string, max: number): ParsedManifest {
  const entries = objects(json.manifests).slice(0, max);
  return { kind: 'index', mediaType, platforms: entries.flatMap(platformOf), layers: [] };
}

/** Attestations stand in an index beside the images, under a platform that is none. */
function platformOf(entry: Json): readonly ProbePlatform[] {
  const platform = object(entry.platform);
  const os = text(platform?.os);
  const architecture = text(platform?.architecture);
  const digest = digestOf(entry);
  if (os === undefined || architecture === undefined || digest === undefined || os === 'unknown') return [];
  const variant = text(platform?.variant);
  const osVersion = text(platform?.['os.version']);
  return [
    {
      platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join('/'),
      digest,
      ...(osVersion === undefined ? {} : { osVersion }),
    },
  ];
}

function parseImage(json: Json, mediaType: string): ParsedManifest {
  const config = object(json.config);
  const configMediaType = text(config?.mediaType);
  const configDigest = config === undefined ? undefined : digestOf(config);
  const layers = objects(json.layers)
    .slice(0, MAX_LAYERS)
    .flatMap((layer) => {
      const digest = digestOf(layer);
      return digest === undefined ? [] : [{ digest, mediaType: text(layer.mediaType) ?? '', size: size(layer.size) }];
    });
  const isImage = configMediaType === undefined || CONFIG_TYPES.includes(configMediaType);
  return {
    kind: isImage ? 'image' : 'artifact',
    mediaType,
    platforms: [],
    layers,
    bytes: layers.reduce((sum, layer) => sum + layer.size, size(config?.size)),
    ...(configMediaType === undefined ? {} : { configMediaType }),
    ...(configDigest === undefined ? {} : { configDigest }),
  };
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object).filter((item) => item !== undefined) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? excerpt(value, MAX_TEXT) : undefined;
}

/** A digest goes into a path, so nothing else may. */
function digestOf({ digest }: Json): string | undefined {
  return typeof digest === 'string' && DIGEST.test(digest) ? digest : undefined;
}

function size(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
