import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ClusterError } from '../../core/cluster-error.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { openLoopback } from './access.ts';
import { ClusterClient } from './client.ts';
import { type Change, type WatchOptions, watch } from './watch.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function pod(name: string, phase = 'Pending'): RawObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, status: { phase } };
}

function clientFor(url: string): ClusterClient {
  const access = openLoopback(url, 'test');
  closing.push(() => access.close());
  return new ClusterClient(access);
}

async function replayed(
  options: Partial<ReplayOptions> = {},
): Promise<{ server: ReplayServer; client: ClusterClient }> {
  const server = await startReplayServer({ objects: [pod('a')], ...options });
  closing.push(() => server.close());
  return { server, client: clientFor(server.url) };
}

function words(change: Change): string {
  if (change.type === 'listed') return `listed ${change.items.map((item) => nameOf(item)).join(' ')}`;
  return change.type === 'trouble' ? `trouble ${change.problem.kind}` : `${change.type} ${nameOf(change.object)}`;
}

function nameOf(object: unknown): string {
  return (object as RawObject).metadata?.name ?? '';
}

/** Follows until so many changes were told, doing something after each. */
async function follow(
  client: ClusterClient,
  count: number,
  after: (told: readonly string[]) => void = () => undefined,
  options: WatchOptions = {},
): Promise<string[]> {
  const stop = new AbortController();
  const told: string[] = [];
  for await (const change of watch(client, 'Pod', 'shop', {
    pause: async () => undefined,
    ...options,
    signal: stop.signal,
  })) {
    told.push(words(change));
    if (told.length >= count) stop.abort();
    else after(told);
  }
  return told;
}

describe('watch', () => {
  it('lists, then tells what changes', async () => {
    const { server, client } = await replayed();
    const told = await follow(client, 4, (before) => {
      if (before.length !== 1) return;
      server.store.put(pod('b'));
      server.store.put(pod('a', 'Running'));
      server.store.remove(pod('b'));
    });
    expect(told).toEqual(['listed a', 'added b', 'modified a', 'deleted b']);
  });

  it('takes up where it was when the server ends the watch', async () => {
    const { server, client } = await replayed();
    const told = await follow(
      client,
      3,
      (before) => {
        if (before.length === 1) setTimeout(() => server.store.put(pod('b')), 1_200);
        if (before.length === 2) server.store.put(pod('c'));
      },
      { seconds: 1 },
    );
    expect(told.filter((line) => !line.startsWith('trouble'))).toEqual(['listed a', 'added b', 'added c']);
    expect(server.requests.filter(({ verb }) => verb === 'list').length).toBe(1);
  });

  it('lists again when its version is too old', async () => {
    const { server, client } = await replayed({
      faults: [{ on: { verb: 'watch' }, fault: { kind: 'gone' }, times: 1 }],
    });
    const told = await follow(client, 3, (before) => {
      if (before.length === 2) server.store.put(pod('b'));
    });
    expect(told).toEqual(['listed a', 'listed a', 'added b']);
  });

  it.each([
    ['a server error', { kind: 'status', status: 500 }, 'server'],
    ['too many requests', { kind: 'status', status: 429 }, 'throttled'],
    ['a web page', { kind: 'html' }, 'unreadable'],
    ['a reset', { kind: 'reset-mid-body' }, 'broken'],
  ] as const)('goes on after %s', async (_, fault, problem) => {
    const { server, client } = await replayed({ faults: [{ on: { verb: 'watch' }, fault, times: 1 }] });
    const told = await follow(client, 3, (before) => {
      if (before.length === 2) server.store.put(pod('b'));
    });
    expect(told).toEqual(['listed a', `trouble ${problem}`, 'added b']);
  });

  it('takes a silent connection for dead', async () => {
    const { server, client } = await replayed({
      faults: [{ on: { verb: 'watch' }, fault: { kind: 'hang' }, times: 1 }],
    });
    const told = await follow(
      client,
      3,
      (before) => {
        if (before.length === 2) server.store.put(pod('b'));
      },
      { idleMs: 80 },
    );
    expect(told.slice(0, 2)).toEqual(['listed a', 'trouble timeout']);
    expect(told[2]).toBe('added b');
  });

  it('pauses longer and longer, and from the beginning after a success', async () => {
    const pauses: number[] = [];
    const { client } = await replayed({ faults: [{ on: { verb: 'watch' }, fault: { kind: 'status', status: 500 } }] });
    await follow(client, 6, () => undefined, {
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    });
    expect(pauses.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
  });

  it('goes on when the login works again', async () => {
    const { server } = await replayed();
    const access = openLoopback(server.url, 'test');
    closing.push(() => access.close());
    let failing = 2;
    const credentials = async () => {
      failing -= 1;
      if (failing >= 0) throw new ClusterError('cannot log in to api.acme.example (auth): session ended');
      return access.credentials();
    };
    const told = await follow(new ClusterClient({ ...access, credentials }), 3, (before) => {
      if (before.length === 2) server.store.put(pod('b'));
    });
    expect(told).toEqual(['trouble unauthorized', 'listed a', 'added b']);
  });

  it('ends with one line when it is forbidden', async () => {
    const { client } = await replayed({ deny: [{ verb: 'watch' }] });
    await expect(follow(client, 3)).rejects.toMatchObject({
      name: 'ClusterError',
      message: expect.stringMatching(/^Pods of namespace shop: pods is forbidden: .* cannot watch resource "pods"/),
    });
  });

  it('reads events that arrive in pieces', async () => {
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.end('{"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[]}'),
      (response) => {
        const line = `${JSON.stringify({ type: 'ADDED', object: pod('käse') })}\n`;
        const bytes = Buffer.from(line);
        const middle = bytes.indexOf(0xc3) + 1;
        response.write(bytes.subarray(0, middle));
        setTimeout(() => response.write(bytes.subarray(middle)), 20);
      },
    ];
    const server = createServer((_, response) => answers.shift()?.(response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const client = clientFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await follow(client, 2)).toEqual(['listed ', 'added käse']);
  });
});
