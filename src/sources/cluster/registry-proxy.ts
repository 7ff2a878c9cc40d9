import type { ProbeAttempt, ProbeOutcome, ProbeResult, ProbeTags } from '../../core/probe.ts';
import { ACCEPTED } from '../registry/media-types.ts';
import { parseManifest } from '../registry/parse-manifest.ts';
import { jsonObject } from '../registry/registry-error.ts';
import type { ClusterClient, Proxied, Result } from './client.ts';
import type { Problem } from './problem.ts';

/** A registry behind a Service, and the image that is looked for. */
export interface ProxiedImage {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** It answers with TLS. */
  readonly secure: boolean;
  /** As written in the pod. */
  readonly image: string;
  readonly host: string;
  /** Path of the repository, `shop/api`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What the registry said, or why the API server did not let it be asked. */
export type ProxyAnswer =
  | { readonly asked: true; readonly result: ProbeResult }
  | { readonly asked: false; readonly problem: Problem };

const MAX_PLATFORMS = 100;
const MAX_NAMES = 1000;
/** What may stand in a list of tags or repositories. */
const NAME = /^[\w][\w./-]{0,254}$/;

/**
 * Asks a registry in the cluster through the API server's service proxy whether it has an image: the manifest, and where
 * that is missing the tags, and where those are the repositories. At most three requests. Nothing of this login reaches
 * the registry: the API server takes the Authorization header off before it proxies (apiserver WithAuthentication).
 */
export async function askThroughProxy(client: ClusterClient, image: ProxiedImage, now: string): Promise<ProxyAnswer> {
  const { path, tag, digest } = image;
  const wanted = digest ?? tag ?? 'latest';
  const manifest = await ask(client, image, `/v2/${path}/manifests/${wanted}`);
  if (!manifest.ok) return { asked: false, problem: manifest.problem };
  const { status } = manifest.value;
  if (status === 200) return answered(image, now, found(manifest.value));
  if (status === 401 || status === 403) return answered(image, now, wantsLogin(status));
  if (status !== 404) return answered(image, now, unusable(manifest.value));
  return answered(image, now, await missing(client, image));
}

async function ask(client: ClusterClient, image: ProxiedImage, path: string): Promise<Result<Proxied>> {
  const answer = await client.proxied(proxyPath(image, path), ACCEPTED.join(', '));
  const plain = answer.ok && answer.value.status === 400 && /HTTP request to an HTTPS server/i.test(answer.value.body);
  return plain ? client.proxied(proxyPath({ ...image, secure: true }, path), ACCEPTED.join(', ')) : answer;
}

/** `/api/v1/namespaces/infra/services/registry:5000/proxy/v2/…`; `https:` before the name when it answers with TLS. */
export function proxyPath(
  { namespace, service, port, secure }: Pick<ProxiedImage, 'namespace' | 'service' | 'port' | 'secure'>,
  path: string,
): string {
  const name = `${secure ? 'https:' : ''}${service}:${port}`;
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}/proxy${path}`;
}

type Finding = Pick<ProbeResult, 'outcome' | 'manifest' | 'tags' | 'repositories'> & {
  readonly answer: ProbeAttempt['answer'];
  readonly status: number;
};

function found({ body, contentType }: Proxied): Finding {
  const parsed = parseManifest(Buffer.from(body), contentType, MAX_PLATFORMS);
  if (parsed === undefined) return unusable({ status: 200, body, contentType });
  const { configDigest: _, ...manifest } = parsed;
  return { outcome: { kind: 'pullable', said: 'the registry has it' }, manifest, answer: 'found', status: 200 };
}

function wantsLogin(status: number): Finding {
  return { outcome: { kind: 'login-wanted', said: 'the registry wants a login' }, answer: 'denied', status };
}

/** An Ingress page, another program, or a registry in trouble. */
function unusable({ status }: Proxied): Finding {
  const outcome: ProbeOutcome =
    status >= 500
      ? { kind: 'server-error', said: `it answers ${status}`, problem: 'server-error' }
      : { kind: 'unknown', said: `it answers ${status}, as no registry does` };
  return { outcome, answer: 'failed', status };
}

async function missing(client: ClusterClient, image: ProxiedImage): Promise<Finding> {
  const { path, tag, digest } = image;
  const base = { answer: 'not-found', status: 404 } as const;
  const listed = await ask(client, image, `/v2/${path}/tags/list?n=${MAX_NAMES}`);
  const tags = listed.ok && listed.value.status === 200 ? namesIn(listed.value.body, 'tags') : undefined;
  if (tags !== undefined) {
    const some = tags.names.length === 0 ? 'no tag at all' : `${count(tags, 'tag')} of it`;
    if (digest !== undefined) {
      return {
        ...base,
        tags,
        outcome: { kind: 'digest-missing', said: `the registry has ${some}, and not this digest` },
      };
    }
    return {
      ...base,
      tags,
      outcome: { kind: 'tag-missing', said: `the registry has ${some}, and not ${tag ?? 'latest'}` },
    };
  }
  if (!listed.ok || listed.value.status !== 404) {
    return { ...base, outcome: { kind: 'missing', said: 'the registry does not have it' } };
  }
  const all = await ask(client, image, `/v2/_catalog?n=${MAX_NAMES}`);
  const repositories = all.ok && all.value.status === 200 ? namesIn(all.value.body, 'repositories') : undefined;
  if (repositories === undefined || (!repositories.complete && !repositories.names.includes(path))) {
    return { ...base, outcome: { kind: 'repository-missing', said: `the registry has no repository ${path}` } };
  }
  // A repository stays listed when its tags were deleted and its content was collected.
  const emptied = repositories.names.includes(path);
  const held =
    repositories.names.length === 0 ? 'the registry is empty' : `the registry has ${count(repositories, 'repository')}`;
  const outcome: ProbeOutcome = emptied
    ? { kind: 'tag-missing', said: `the registry lists repository ${path}, which has no tag any more` }
    : { kind: 'repository-missing', said: `${held}, and not ${path}` };
  return { ...base, repositories, ...(emptied ? { tags: { names: [], complete: true } } : {}), outcome };
}

function count({ names, complete }: ProbeTags, what: string): string {
  const plural = what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${names.length}${complete ? '' : ' and more'} ${names.length === 1 ? what : plural}`;
}

/** Undefined when it is no such list. A list that is `null` is empty: so Distribution 2 answers for deleted tags. */
function namesIn(body: string, field: 'tags' | 'repositories'): ProbeTags | undefined {
  const json = jsonObject(Buffer.from(body));
  if (json === undefined || !(field in json)) return undefined;
  const list: unknown = json[field] ?? [];
  if (!Array.isArray(list)) return undefined;
  const names = list.filter((item): item is string => typeof item === 'string' && NAME.test(item));
  return { names: names.slice(0, MAX_NAMES), complete: names.length < MAX_NAMES };
}

function answered(image: ProxiedImage, now: string, finding: Finding): ProxyAnswer {
  const { namespace, service, host, path, tag, digest } = image;
  const { answer, status, ...rest } = finding;
  return {
    asked: true,
    result: {
      image: image.image,
      repository: `${host}/${path}`,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
      host,
      vantage: `the API server, by its proxy to Service ${namespace}/${service}`,
      startedAt: now,
      ms: 0,
      stages: [],
      attempts: [{ as: 'anonymous', anonymous: true, answer, said: rest.outcome.said, status }],
      ...rest,
    },
  };
}
