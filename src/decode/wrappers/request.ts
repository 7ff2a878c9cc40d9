import { isMetadataHost } from '../leaves/credential.ts';
import { isRegistryName } from '../registry-name.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { readUrl } from '../url.ts';
import { isForeignPath, isTokenRequest, stageOfPath } from './stage.ts';

/** gRPC and HTTP layers that every runtime shares. */
export const REQUEST_WRAPPERS: readonly Rule[] = [
  {
    like: 'rpc error: code = {code:w} desc =',
    read: ({ captures }) => ({ grpcCode: grpcName(captures.code ?? '') }),
  },
  { like: 'head {url:q}', read: (reading) => request(reading, 'HEAD') },
  { like: 'get {url:q}', read: (reading) => request(reading, 'GET') },
  {
    like: 'failed to get {url:q}',
    when: ({ captures }) => /^https?:/.test(captures.url ?? ''),
    read: (reading) => request(reading, 'GET'),
  },
  { like: 'post {url:q}', read: (reading) => request(reading, 'POST') },
  { like: 'put {url:q}', read: (reading) => request(reading, 'PUT') },
  { like: 'patch {url:q}', read: (reading) => request(reading, 'PATCH') },
  // containers/image in its debug log
  { like: 'ping {url:w} err', gives: { pull: true, stage: 'resolve' } },
  { like: 'failed to do request' },
  // AWS, by its command line and by its library for Go
  { like: 'an error occurred ({code}) when calling the {operation:w} operation', read: ofCloud },
  { like: 'operation error {service}: {operation:w}', read: ofCloud },
  { like: 'unexpected status from {method:w} request to {url:w}', read: (reading) => status(reading) },
  { like: 'unexpected status code [{what}]', gives: { pull: true, last: 'status' }, read: bracketed },
  { like: 'unexpected status code {url:w}', read: (reading) => answered(reading) },
  { like: 'unexpected status code', gives: { last: 'status' } },
  // what watches a registry for new tags: image updaters, cleaners
  { like: 'failed to list tags', when: ({ rest }) => rest.includes('/v2/'), gives: { pull: true } },
  {
    like: 'failed to list tags for repo {name:w}',
    when: ({ rest }) => rest.includes('/v2/'),
    gives: { pull: true },
  },
  // a registry that proxies another one, in its own log
  { like: 'error fetching {url:w} (remote response', read: (reading) => status(reading) },
  // dockerd: a login was sent to the address, and is what the server refuses
  ...['login attempt to {url:w}', 'basic auth attempt to {url:w} realm {realm:q}'].flatMap((sent): readonly Rule[] => [
    {
      like: `${sent} failed with status: 401`,
      read: (reading) => ({ ...status(reading), status: 401 }),
      leaf: { kind: 'auth', problem: 'credentials-refused' },
    },
    { like: `${sent} failed with status`, read: (reading) => status(reading) },
  ]),
  // the access log in front of a registry; a 401 there is the challenge that every pull begins with
  ...['http/1.1"', 'http/1.0"', 'http/2.0"'].map(
    (like): Rule => ({
      like,
      when: ({ seen, rest }) => seen.pull === true && /^ (?!401)[45]\d\d\b/.test(rest),
      gives: { last: 'status' },
    }),
  ),
  { like: 'unexpected status', gives: { last: 'status' } },
  { like: 'unexpected http status', gives: { last: 'status' } },
  { like: 'received unexpected http status', gives: { last: 'status' } },
  { like: 'received unexpected http status code', gives: { last: 'status' } },
  {
    // containers/image docker_client.go says so of the ping of /v2/ and of the token request only
    like: 'invalid status code from registry 404',
    gives: { pull: true, status: 404 },
    when: ({ seen }) => seen.stage !== 'authorize',
    leaf: { kind: 'http', status: 404, html: true },
  },
  {
    // the same before 2021
    like: 'error pinging registry {host:w}, response code 404',
    gives: { pull: true, stage: 'resolve', status: 404 },
    read: ({ captures }) => ({ host: captures.host?.toLowerCase() ?? '' }),
    leaf: { kind: 'http', status: 404, html: true },
  },
  {
    like: 'error pinging registry {host:w}, response code',
    gives: { pull: true, stage: 'resolve', last: 'status' },
    read: ({ captures }) => ({ host: captures.host?.toLowerCase() ?? '' }),
  },
  { like: 'invalid status code from registry', gives: { pull: true, last: 'status' } },
  // go-containerregistry: crane, ko, kaniko, Kyverno, Flux
  { like: 'unsupported status code', gives: { pull: true, last: 'status' } },
  // the pull of docker 1.x
  { like: 'server error: status', when: fetching, gives: { pull: true, last: 'status' } },
  { like: 'server error', when: fetching, gives: { pull: true, last: 'status' } },
  { like: 'registry responded to {method:w} request with', gives: { pull: true, last: 'status' } },
  { like: 'non-successful response', gives: { last: 'status' } },
  { like: 'http: non-successful response', gives: { last: 'status' } },
  { like: 'failed to refresh url: status', gives: { pull: true, stage: 'blob', last: 'status' } },
  { like: 'received status code', gives: { last: 'status' } },
  // rkt, which fetched the kubelet of Container Linux
  { like: 'unexpected http code', gives: { pull: true }, read: codeThenUrl },
  // distribution registry/client/errors.go
  { like: 'error parsing http', gives: { pull: true, last: 'status' } },
  { like: 'statuscode', gives: { last: 'status' } },
  // AWS: what any call of its library for Go ends with
  {
    like: 'status code',
    when: ({ seen, rest }) => seen.pull !== true && /^: [45]\d\d, request id: /i.test(rest),
    gives: { last: 'status', elsewhere: 'other' },
  },
  { like: 'status code', gives: { last: 'status' } },
  { like: 'http status code', gives: { last: 'status' } },
  { like: 'server message', gives: { last: 'body' } },
  { like: 'message', gives: { last: 'body' } },
];

/** What the credential plugin and the registry of AWS call for a pull. */
const PULL_CALL = /^(?:GetAuthorizationToken|BatchGetImage|GetDownloadUrlForLayer|BatchCheckLayerAvailability)$/;

/** Any call of a cloud may be refused; an image pull makes few. */
function ofCloud({ captures, seen }: Reading): Gives {
  return seen.pull === true || PULL_CALL.test(captures.operation ?? '') ? {} : { elsewhere: 'other' };
}

/** A request that the text quotes: its host is the one that failed, its path tells the stage. */
function request({ captures, seen }: Reading, method: string): Gives | undefined {
  const printed = captures.url ?? '';
  const url = readUrl(printed);
  if (url === undefined) return /^[*x<]/i.test(printed) ? { last: 'request' } : undefined;
  if (isTokenRequest(printed)) return { ...requestGives(url, 'authorize', method), last: 'request' };
  const foreign = seen.pull !== true && isForeign(url);
  return { ...requestGives(url, seen.stage, method), last: 'request', ...(foreign ? { elsewhere: 'other' } : {}) };
}

/** A request that no image pull makes: neither its host nor its path is a registry's. */
function isForeign({ host, path, url }: NonNullable<ReturnType<typeof readUrl>>): boolean {
  // an access log shows the path alone
  if (host === undefined && url.startsWith('/')) return isForeignPath(path);
  return host !== undefined && !isMetadataHost(host) && !isRegistryName(host) && isForeignPath(path);
}

/** A request that was answered with a status. */
function status({ captures, seen }: Reading): Gives | undefined {
  const url = readUrl(captures.url ?? '');
  if (url === undefined) return { last: 'status' };
  return { ...requestGives(url, seen.stage, captures.method?.toUpperCase()), last: 'status' };
}

/** `: 503, URL: https://registry.acme.example/v2/…`, or the address of a token service. */
function codeThenUrl({ rest, seen }: Reading): Gives | undefined {
  const printed = /^: [45]\d\d[^,]{0,40}, url: (https?:\/\/\S{1,2000})/i.exec(rest)?.[1] ?? '';
  const token = isTokenRequest(printed);
  const url = readUrl(printed);
  if (url === undefined || (!token && !url.path.startsWith('/v2/'))) return undefined;
  return { ...requestGives(url, token ? 'authorize' : seen.stage, 'GET'), last: 'status' };
}

function fetching({ rest }: Reading): boolean {
  return /^:? (?!404 while)[45]\d\d (while fetching image|trying to fetch (remote history|image|for))/i.test(rest);
}

/** go-containerregistry names no URL there: `unexpected status code 404 Not Found`. */
function answered(reading: Reading): Gives | undefined {
  return /^\d/.test(reading.captures.url ?? '') ? undefined : status(reading);
}

/** What the URL of a failed request adds. An empty host says: not the registry, and the text hides which. */
export function requestGives(
  url: NonNullable<ReturnType<typeof readUrl>>,
  stage: Gives['stage'],
  method?: string,
): Gives {
  const found = stageOfPath(url.path, stage, method);
  const named = url.host !== undefined && isRegistryName(url.host) && found.elsewhere === undefined;
  return {
    ...(named ? { pull: true } : {}),
    request: { url: url.url, ...(method === undefined ? {} : { method }) },
    host: url.host ?? '',
    ...(url.mirrorOf === undefined ? {} : { mirrorOf: url.mirrorOf }),
    ...found,
  };
}

/** `[manifests v1.2]`, `[blobs sha256:…]` (containerd 1.5 and older print no URL). */
function bracketed({ captures }: Reading): Gives {
  const what = captures.what ?? '';
  const status = /^[1-5]\d\d$/.test(what) ? { status: Number(what), last: 'body' as const } : {};
  return { stage: what.startsWith('blobs') ? 'blob' : 'resolve', ...status };
}

/** Numeric codes of dockershim times. */
const GRPC_NAMES: Record<string, string> = {
  '2': 'Unknown',
  '4': 'DeadlineExceeded',
  '5': 'NotFound',
  '14': 'Unavailable',
};

function grpcName(code: string): string {
  return GRPC_NAMES[code] ?? code;
}
