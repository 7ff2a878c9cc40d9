import { gzipSync } from 'node:zlib';
import {
  ContentBuilder,
  contentHandler,
  type Handler,
  json,
  registryError,
} from '../src/sources/registry/fake-registry.fixture.ts';

const MIB = 1024 * 1024;
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Sends without end, as fast as it is taken. */
const endless =
  (type: string, first = ''): Handler =>
  (_, response) => {
    response.writeHead(200, { 'Content-Type': type });
    response.write(first);
    const piece = Buffer.alloc(65_536, '[');
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  };

const drip: Handler = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

const content = new ContentBuilder();
content.image('shop/api', '1.0');

/** A well-behaved registry but for what `part` matches of `METHOD /path`. */
const except =
  (part: RegExp, fault: Handler): Handler =>
  (request, response, url) =>
    part.test(`${request.method} ${url.pathname}`)
      ? fault(request, response, url)
      : contentHandler(content)(request, response, url);

const answer = (body: Buffer, type = INDEX, headers: Record<string, string> = {}): Handler =>
  except(/GET .*\/manifests\//, (_, response) => {
    response.writeHead(200, { 'Content-Type': type, ...headers });
    response.end(body);
  });

const challenge =
  (header: (port: number) => string, realm: Handler): Handler =>
  (request, response, url) => {
    if (url.pathname.startsWith('/token')) return realm(request, response, url);
    response.setHeader('WWW-Authenticate', header(request.socket.localPort ?? 0));
    return registryError(response, 401, 'UNAUTHORIZED', 'x');
  };

const here = (port: number) => `Bearer realm="https://registry.acme.example:${port}/token"`;
/** As many values as fit into a manifest that is still read. */
const filled = (start: string, item: string, end: string) =>
  Buffer.from(
    start + `${item},`.repeat(Math.floor((4 * MIB - start.length - end.length) / (item.length + 1)) - 1) + item + end,
  );

/** What a registry that means harm may answer; made when it is wanted, for some are large. */
export const HOSTILE: Readonly<Record<string, () => Handler>> = {
  'endless body for /v2/': () => endless('application/json'),
  'endless error': () => (_, response) => {
    response.writeHead(503, { 'Content-Type': 'text/plain' });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more);
    more();
  },
  'endless manifest': () => except(/GET .*manifests/, endless(INDEX, '{"manifests":')),
  'endless configuration and layers': () => except(/GET .*blobs/, endless('application/octet-stream')),
  'slow drip': () => except(/GET .*manifests/, drip),
  silence: () => except(/HEAD/, () => undefined),
  'redirect loop': () => (request, response) => {
    response.writeHead(302, { Location: `${request.url}x` });
    response.end();
  },
  'huge headers': () =>
    except(/HEAD/, (_, response) => {
      response.writeHead(200, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'x'.repeat(8_000)])));
      response.end();
    }),
  'early hints without end': () =>
    except(/HEAD/, (_, response) => {
      const timer = setInterval(() => response.writeProcessing(), 1);
      response.on('close', () => clearInterval(timer));
    }),
  'index of empty entries': () => answer(filled('{"schemaVersion":2,"manifests":[', '{}', ']}')),
  'index of numbers': () => answer(filled('{"schemaVersion":2,"manifests":[', '1', ']}')),
  'index of platforms': () =>
    answer(
      filled(
        '{"schemaVersion":2,"manifests":[',
        `{"mediaType":"x","digest":"sha256:${'a'.repeat(64)}","size":1,"platform":{"os":"linux","architecture":"z"}}`,
        ']}',
      ),
    ),
  'image of a hundred thousand layers': () =>
    answer(
      filled(
        `{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:${'c'.repeat(64)}"},"layers":[`,
        `{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:${'b'.repeat(64)}","size":1}`,
        ']}',
      ),
      'application/vnd.oci.image.manifest.v1+json',
    ),
  'deep nesting': () => answer(Buffer.from('{"manifests":'.repeat(200_000))),
  'compressed bomb': () => answer(gzipSync(Buffer.alloc(200 * MIB, ' ')), INDEX, { 'Content-Encoding': 'gzip' }),
  'realm of an endless token': () => challenge(here, endless('application/json', '{"token":"')),
  'realm that redirects to itself': () =>
    challenge(here, (request, response) => {
      response.writeHead(307, { Location: `${request.url}&x` });
      response.end();
    }),
  'realm at the metadata service': () => challenge(() => 'Bearer realm="http://169.254.169.254/token"', drip),
  'hundreds of challenges': () =>
    challenge(
      () => Array.from({ length: 700 }, (_, i) => `Bearer realm="https://r${i}.acme.example/x"`).join(', '),
      drip,
    ),
  'tags without end': () =>
    except(/(?:HEAD|GET) .*(?:manifests|tags)/, (request, response, url) => {
      if (!url.pathname.includes('/tags/')) return registryError(response, 404, 'MANIFEST_UNKNOWN', 'x');
      const page = Number(url.searchParams.get('last') ?? 0) + 1;
      const tags = Array.from({ length: 60_000 }, (_, i) => `v${page}.${i}-${request.url?.length}`);
      return json(response, 200, { tags }, { Link: `</v2/shop/api/tags/list?last=${page}>; rel="next"` });
    }),
};
