import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayOptions, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { type Access, openLoopback } from './access.ts';
import { type ClientOptions, ClusterClient } from './client.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function pods(count: number): RawObject[] {
  return Array.from({ length: count }, (_, n) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `api-${String(n).padStart(4, '0')}`, namespace: 'shop' },
  }));
}

function clientOf(access: Access, options: ClientOptions = {}): ClusterClient {
  closing.push(() => access.close());
  return new ClusterClient(access, options);
}

async function replayed(replay: Partial<ReplayOptions> = {}, options: ClientOptions = {}) {
  const server = await startReplayServer({ objects: pods(3), ...replay });
  closing.push(() => server.close());
  return { server, client: clientOf(openLoopback(server.url, 'test'), options) };
}

/** A server that answers as the test says. */
async function serving(listener: RequestListener, options: ClientOptions = {}): Promise<ClusterClient> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return clientOf(openLoopback(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'test'), options);
}

describe('list', () => {
  it('reads page after page', async () => {
    const { client, server } = await replayed({ objects: pods(1_200) });
    const answer = await client.list('Pod', 'shop');
    expect(answer).toMatchObject({ ok: true, value: { complete: true, kind: 'PodList', apiVersion: 'v1' } });
    expect(answer.ok && answer.value.items.length).toBe(1_200);
    expect(server.requests.length).toBe(3);
  });

  it('stops at the bound and says that there is more', async () => {
    const { client } = await replayed({ objects: pods(1_200) });
    const answer = await client.list('Pod', 'shop', { max: 600 });
    expect(answer.ok && [answer.value.items.length, answer.value.complete]).toEqual([600, false]);
  });

  it('keeps what it has when a later page fails', async () => {
    const { client } = await replayed({
      objects: pods(1_200),
      faults: [{ on: { resource: 'pods' }, fault: { kind: 'status', status: 403 }, after: 1 }],
    });
    const answer = await client.list('Pod', 'shop');
    expect(answer.ok && [answer.value.items.length, answer.value.complete]).toEqual([500, false]);
  });

  it('refuses what is no list', async () => {
    const client = await serving((_, response) => response.end('{"kind":"Pod"}'));
    expect(await client.list('Pod', 'shop')).toMatchObject({ ok: false, problem: { kind: 'unreadable' } });
  });
});

describe('get', () => {
  it('escapes names', async () => {
    const { client, server } = await replayed();
    expect(await client.get('Pod', 'shop', '../secrets/x?a=b')).toMatchObject({
      ok: false,
      problem: { kind: 'not-found' },
    });
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/shop/pods/..%2Fsecrets%2Fx%3Fa%3Db');
  });

  it('keeps the path of a server behind a gateway', async () => {
    const asked: (string | undefined)[] = [];
    const client = await serving((request, response) => {
      asked.push(request.url);
      response.end('{}');
    });
    const access = { ...client.access, server: new URL('/k8s/clusters/c-1/', client.access.server) };
    await clientOf(access).get('Pod', 'shop', 'api');
    expect(asked).toEqual(['/k8s/clusters/c-1/api/v1/namespaces/shop/pods/api']);
  });

  it('reads zipped answers', async () => {
    const client = await serving((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{"kind":"Pod"}'));
    });
    expect(await client.get('Pod', 'shop', 'api')).toMatchObject({ ok: true, value: { kind: 'Pod' } });
  });

  it('refuses an answer that is too large, zipped or not', async () => {
    const client = await serving(
      (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(' '.repeat(4 * 2 ** 20))),
      { maxBytes: 2 ** 20 },
    );
    expect(await client.get('Pod', 'shop', 'api')).toMatchObject({ ok: false, problem: { kind: 'too-large' } });
  });

  it.each([
    [
      403,
      'forbidden',
      'pods "api-0000" is forbidden: User "system:serviceaccount:diag:viewer" cannot get resource "pods" in API group "" in the namespace "shop"',
      1,
    ],
    [500, 'server', 'Internal error occurred: injected 500', 3],
    [503, 'server', 'Internal error occurred: injected 503', 3],
  ] as const)('answers %i as a problem', async (status, kind, message, requests) => {
    const { client, server } = await replayed({ faults: [{ on: {}, fault: { kind: 'status', status } }] });
    expect(await client.get('Pod', 'shop', 'api-0000')).toEqual({ ok: false, problem: { kind, message } });
    expect(server.requests.length).toBe(requests);
  });

  it.each([
    ['too many requests', { kind: 'status', status: 429, retryAfterSeconds: 0.05 }],
    ['a server error', { kind: 'status', status: 500 }],
    ['a reset inside the answer', { kind: 'reset-mid-body' }],
  ] as const)('tries again after %s', async (_, fault) => {
    const { client } = await replayed({ faults: [{ on: {}, fault, times: 1 }] });
    expect(await client.get('Pod', 'shop', 'api-0000')).toMatchObject({ ok: true });
  });

  it('waits as long as it is told to', async () => {
    const { client } = await replayed({
      faults: [{ on: {}, fault: { kind: 'status', status: 429, retryAfterSeconds: 1 }, times: 1 }],
    });
    const before = performance.now();
    expect(await client.get('Pod', 'shop', 'api-0000')).toMatchObject({ ok: true });
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  it('gives up on silence after the time-out, once', async () => {
    const { client } = await replayed({ faults: [{ on: {}, fault: { kind: 'hang' } }] }, { requestTimeoutMs: 60 });
    expect(await client.get('Pod', 'shop', 'api-0000')).toEqual({
      ok: false,
      problem: { kind: 'timeout', step: 'answer', message: 'no answer in 60 ms' },
    });
    expect(client.requests).toBe(1);
  });

  it.each([
    ['half a JSON', 'invalid-json', /no JSON, or was cut off/],
    ['a web page', 'html', /a web page came instead of JSON/],
  ] as const)('does not take %s for an answer', async (_, kind, message) => {
    const { client } = await replayed({ faults: [{ on: {}, fault: { kind } }] });
    expect(await client.get('Pod', 'shop', 'api-0000')).toMatchObject({
      ok: false,
      problem: { kind: 'unreadable', message: expect.stringMatching(message) },
    });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const { client } = await replayed({ faults: [{ on: {}, fault: { kind: 'hang' } }] }, { signal: stop.signal });
    const asked = client.get('Pod', 'shop', 'api-0000');
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it('logs in once more when the token has ended, however many requests notice', async () => {
    const { server } = await replayed({ tokens: ['canary-new'] });
    const plain = openLoopback(server.url, 'test');
    let logins = 0;
    let token = 'canary-old';
    const client = clientOf({
      ...plain,
      credentials: async (again) => {
        if (again === true) {
          logins += 1;
          token = 'canary-new';
        }
        return { ...(await plain.credentials()), headers: { Authorization: `Bearer ${token}` } };
      },
    });
    const answers = await Promise.all(pods(3).map((pod) => client.get('Pod', 'shop', pod.metadata?.name ?? '')));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(logins).toBe(1);
  });

  it('says how far it got: TCP, TLS, name', async () => {
    const client = await serving((_, response) => response.end('{}'));
    const { server, credentials } = client.access;
    const free = await serving(() => undefined);
    const port = free.access.server.port;
    for (const close of closing.splice(-2)) await close();
    const tcp = await clientOf(openLoopback(`http://127.0.0.1:${port}`, 'x')).get('Pod', 'a', 'b');
    expect(tcp).toMatchObject({ ok: false, problem: { kind: 'unreachable', step: 'TCP' } });
    const { Agent } = await import('node:https');
    const agent = new Agent();
    const tls = await clientOf({
      ...client.access,
      server: new URL(`https://${server.host}`),
      credentials: async () => ({ ...(await credentials()), agent }),
    }).get('Pod', 'a', 'b');
    expect(tls).toMatchObject({ ok: false, problem: { kind: 'unreachable', step: 'TLS' } });
    const dns = await clientOf(openLoopback('http://no-such-host.invalid', 'x')).get('Pod', 'a', 'b');
    expect(dns).toMatchObject({ ok: false, problem: { kind: 'unreachable', step: 'DNS' } });
  });

  it('asks for at most six things at once', async () => {
    let open = 0;
    let most = 0;
    const client = await serving((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end('{}');
      }, 5);
    });
    await Promise.all(Array.from({ length: 40 }, (_, n) => client.get('Pod', 'shop', `api-${n}`)));
    expect(most).toBe(6);
  });
});

describe('podLog', () => {
  it('gives the text, or the reason', async () => {
    const { client } = await replayed({ logs: { 'shop/api-0000/app': 'line\n' } });
    expect(await client.podLog('shop', 'api-0000', 'app', 10)).toMatchObject({ ok: true, value: 'line\n' });
    expect(await client.podLog('shop', 'api-0001', 'app', 10)).toMatchObject({
      ok: false,
      problem: { kind: 'refused' },
    });
  });
});
