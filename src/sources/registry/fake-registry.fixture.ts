import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';

const TLS_FOLDER = 'fixtures/registry-tls';
export const CA_FILE = `${TLS_FOLDER}/ca.pem`;

/** One request as a server saw it. */
export interface SeenRequest {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export interface FakeServer {
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** For tests: a server on loopback that records every request. */
export async function serve(name: string, handler: Handler, tls: 'tls' | 'plain' = 'tls'): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '/', headers } = request;
    seen.push({ server: name, method, url, authorization: headers.authorization });
    handler(request, response, new URL(url, 'http://server.invalid'));
  };
  const server: Server =
    tls === 'plain'
      ? createPlain(listener)
      : createSecure(
          { key: readFileSync(`${TLS_FOLDER}/server.key`), cert: readFileSync(`${TLS_FOLDER}/server.pem`) },
          listener,
        );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function registryError(response: ServerResponse, status: number, code: string, message: string): void {
  json(response, status, { errors: [{ code, message }] });
}

/** What a made-up registry holds, by path: `shop/api/manifests/1.0`. */
export interface Content {
  readonly manifests: ReadonlyMap<string, { readonly body: Buffer; readonly type: string }>;
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

/** Builds the content of a registry image by image. */
export class ContentBuilder {
  readonly manifests = new Map<string, { body: Buffer; type: string }>();
  readonly blobs = new Map<string, Buffer>();
  readonly tags = new Map<string, string[]>();

  /** A single image; returns its digest. */
  image(
    repository: string,
    tag: string | undefined,
    platform = 'linux/amd64',
    more: { readonly configMediaType?: string; readonly layerMediaType?: string } = {},
  ): string {
    const [os, architecture] = platform.split('/');
    const config = Buffer.from(JSON.stringify({ os, architecture, created: '2026-03-04T05:06:07Z', repository, tag }));
    const layer = Buffer.from(`layer of ${repository}:${tag ?? platform}`);
    for (const blob of [config, layer]) this.blobs.set(digestOf(blob), blob);
    const manifest = {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: {
        mediaType: more.configMediaType ?? 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: more.layerMediaType ?? 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: digestOf(layer),
          size: layer.length,
        },
      ],
    };
    return this.raw(repository, tag, Buffer.from(JSON.stringify(manifest)), IMAGE);
  }

  /** An index over one image per platform. */
  index(repository: string, tag: string, platforms: readonly string[]): string {
    const manifests = platforms.map((platform) => {
      const [os, architecture, variant] = platform.split('/');
      const digest = this.image(repository, undefined, platform);
      return { mediaType: IMAGE, digest, size: 1, platform: { os, architecture, ...(variant ? { variant } : {}) } };
    });
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
    return this.raw(repository, tag, body, INDEX);
  }

  raw(repository: string, tag: string | undefined, body: Buffer, type: string): string {
    const digest = digestOf(body);
    this.manifests.set(`${repository}/${digest}`, { body, type });
    if (tag !== undefined) {
      this.manifests.set(`${repository}/${tag}`, { body, type });
      this.tags.set(repository, [...(this.tags.get(repository) ?? []), tag]);
    }
    return digest;
  }
}

/** Answers the registry API from content, as Distribution does. */
export function contentHandler(content: Content): Handler {
  return (request, response, { pathname }) => {
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    if (pathname === '/v2/') return json(response, 200, {});
    if (pathname === '/v2/_catalog') return json(response, 200, { repositories: [...content.tags.keys()] });
    const [, repository = '', what, name = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(pathname) ?? [];
    if (what === 'tags') {
      const tags = content.tags.get(repository);
      if (tags === undefined)
        return registryError(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
      return json(response, 200, { name: repository, tags });
    }
    const found = what === 'blobs' ? blobAt(content, name) : content.manifests.get(`${repository}/${name}`);
    if (found === undefined) {
      return registryError(response, 404, what === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN', `${what} unknown`);
    }
    response.writeHead(200, { 'Content-Type': found.type, 'Docker-Content-Digest': digestOf(found.body) });
    response.end(request.method === 'HEAD' ? undefined : found.body);
  };
}

function blobAt({ blobs }: Content, digest: string): { body: Buffer; type: string } | undefined {
  const body = blobs.get(digest);
  return body === undefined ? undefined : { body, type: 'application/octet-stream' };
}

/** Asks for user and password before it lets the next handler answer. */
export function withBasic(user: string, password: string, next: Handler): Handler {
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (request, response, url) => {
    if (request.headers.authorization === wanted) return next(request, response, url);
    response.setHeader('WWW-Authenticate', 'Basic realm="Acme, registry"');
    registryError(response, 401, 'UNAUTHORIZED', 'authentication required');
  };
}

/** Asks for a Bearer token of a realm. */
export function withBearer(realm: string, token: string, next: Handler): Handler {
  return (request, response, url) => {
    if (request.headers.authorization === `Bearer ${token}`) return next(request, response, url);
    response.setHeader('WWW-Authenticate', `Bearer realm="${realm}",service="acme",scope="repository:x:pull,push"`);
    registryError(response, 401, 'UNAUTHORIZED', 'authentication required');
  };
}
