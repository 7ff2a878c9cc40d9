import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  digestOf,
  type FakeServer,
  type Handler,
  registryError,
  serve,
} from '../../../src/sources/registry/fake-registry.fixture.ts';
import { type Image, MANIFEST } from './images.ts';

/** Takes connections and says nothing at all. */
export function silentPort(): Promise<number> {
  return rawServer(() => undefined);
}

/** Cuts every connection as soon as something is said. */
export function cuttingPort(): Promise<number> {
  return rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return (server.address() as AddressInfo).port;
}

/** Shakes hands and never answers a request for a manifest. */
export function hangingServer(): Promise<FakeServer> {
  return serve('hanging', (_, response, { pathname }) => {
    if (pathname === '/v2/') response.writeHead(200).end('{}');
  });
}

/** An image whose layer ends in its midst. */
export function cutLayerServer(image: Image): Promise<FakeServer> {
  return serve('cut', (request, response, url) => {
    if (!url.pathname.endsWith(image.layer.digest))
      return single(image, MANIFEST, image.manifest)(request, response, url);
    const { body } = image.layer;
    const part = request.headers.range === 'bytes=0-0';
    response.writeHead(part ? 206 : 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': part ? 1 : body.length,
      ...(part ? { 'Content-Range': `bytes 0-0/${body.length}` } : {}),
    });
    if (request.method === 'HEAD') response.end();
    else if (part) response.end(body.subarray(0, 1));
    else response.write(body.subarray(0, body.length - 20), () => response.socket?.destroy());
    return undefined;
  });
}

/** One manifest of any type for every tag, with the blobs of an image. */
export function manifestServer(type: string, manifest: Buffer, image: Image): Promise<FakeServer> {
  return serve('manifest', single(image, type, manifest));
}

function single({ config, layer }: Image, type: string, manifest: Buffer): Handler {
  return (request, response, { pathname }) => {
    const send = (contentType: string, body: Buffer) => {
      response.writeHead(200, {
        'Content-Type': contentType,
        'Content-Length': body.length,
        'Docker-Content-Digest': digestOf(body),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (pathname === '/v2/') return send('application/json', Buffer.from('{}'));
    if (pathname.includes('/manifests/')) return send(type, manifest);
    const blob = [config, layer].find(({ digest }) => pathname.endsWith(digest));
    if (blob !== undefined) return send('application/octet-stream', blob.body);
    return registryError(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  };
}
