import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { digestOf } from '../../../src/sources/registry/fake-registry.fixture.ts';
import { type Image, INDEX, indexOf } from './images.ts';

/** A registry that takes pushes and gives images without a login. */
export class Pusher {
  readonly #host: string;
  readonly #port: number;
  readonly #ca: Buffer;

  constructor(host: string, port: number, authorities: string) {
    this.#host = host;
    this.#port = port;
    this.#ca = readFileSync(authorities);
  }

  async image(repository: string, tag: string, image: Image): Promise<void> {
    for (const { digest, body } of [image.config, image.layer]) await this.#blob(repository, digest, body);
    await this.#send('PUT', `/v2/${repository}/manifests/${tag}`, image.manifest, image.type);
  }

  async index(repository: string, tag: string, images: readonly (readonly [platform: string, image: Image])[]) {
    for (const [, image] of images) await this.image(repository, digestOf(image.manifest), image);
    await this.#send('PUT', `/v2/${repository}/manifests/${tag}`, indexOf(images), INDEX);
  }

  /** Asks for the blobs of an image, one after the other. */
  async read(repository: string, { config, layer }: Image): Promise<void> {
    for (const { digest } of [config, layer]) await this.#send('GET', `/v2/${repository}/blobs/${digest}`);
  }

  async #blob(repository: string, digest: string, body: Buffer): Promise<void> {
    const location = await this.#send('POST', `/v2/${repository}/blobs/uploads/`);
    const url = new URL(location ?? '', `https://${this.#host}`);
    url.searchParams.set('digest', digest);
    await this.#send('PUT', url.pathname + url.search, body, 'application/octet-stream');
  }

  #send(method: string, path: string, body?: Buffer, type?: string): Promise<string | undefined> {
    return new Promise((done, fail) => {
      const headers = {
        'Content-Length': body?.length ?? 0,
        ...(type === undefined ? {} : { 'Content-Type': type }),
      };
      const where = { host: '127.0.0.1', servername: this.#host, port: this.#port, ca: this.#ca };
      request({ ...where, method, path, headers }, (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        if (statusCode >= 300) fail(new Error(`${method} ${path}: ${statusCode}`));
        else done(response.headers.location);
      })
        .on('error', fail)
        .end(body);
    });
  }
}
