import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Playback, readWatch } from '../src/testing/playback.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../src/testing/replay-server.ts';
import { pullwhy } from './run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-watch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A recorded cluster as it was at a moment, and the rest of its story. */
interface Played {
  readonly playback: Playback;
  readonly server: ReplayServer;
  readonly options: ReplayOptions;
}

async function play(name: string, until: string, more: Partial<ReplayOptions> = {}): Promise<Played> {
  const changes = readWatch(readFileSync(`fixtures/watches/${name}.jsonl`, 'utf8'));
  let clock = () => '';
  const options: ReplayOptions = { objects: [], now: () => clock(), ...more };
  const server = await startReplayServer(options);
  const playback = new Playback(server.store, changes);
  clock = () => playback.now;
  playback.advanceTo(until);
  closing.push(() => server.close());
  return { playback, server, options };
}

/** A kubeconfig for a server, with a user of the test's choice. */
function configFor(server: ReplayServer, user?: object): string {
  const file = join(folder, 'config');
  const config = JSON.parse(server.kubeconfig('shop-prod')) as { users: { user: object }[] };
  if (user !== undefined) for (const each of config.users) each.user = user;
  writeFileSync(file, JSON.stringify(config));
  return file;
}

type Watcher = ChildProcessByStdio<null, Readable, null>;

/** Runs `pullwhy watch` and does something after each kind of line; resolves with all of them when it was told to stop. */
async function watching(
  args: readonly string[],
  after: Readonly<Record<string, (child: Watcher) => void | Promise<void>>>,
): Promise<{ lines: string[]; code: number | null }> {
  const child = spawn(process.execPath, ['dist/cli.cjs', 'watch', '-A', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    const word = Object.keys(after).find((each) => line.includes(each));
    if (word !== undefined) await after[word]?.(child);
  }
  return { lines, code: await ended };
}

const stop = (child: Watcher) => void child.kill('SIGTERM');
const STUCK = '2026-11-20T22:24:40Z';
const LIMIT = { timeout: 60_000 };

describe('pullwhy watch', () => {
  it('tells of a recorded incident as it opens and is resolved, and ends when told to', LIMIT, async () => {
    const { playback, server } = await play('recovered', STUCK);
    const { lines, code } = await watching(['--kubeconfig', configFor(server)], {
      opened: () => playback.finish(),
      resolved: stop,
    });
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).toEqual([
      expect.stringMatching(/^opened {4}tag-not-found \(likely\), 1 pod in \S+: Tag \S+ does not exist in /),
      expect.stringMatching(/^resolved {2}tag-not-found/),
    ]);
    expect(code).toBe(0);
  });

  it('tells the same as JSON Lines', LIMIT, async () => {
    const { playback, server } = await play('recovered', STUCK);
    const { lines } = await watching(['-o', 'json', '--kubeconfig', configFor(server)], {
      '"opened"': () => playback.finish(),
      '"resolved"': stop,
    });
    const told = lines.map((line) => JSON.parse(line) as { type: string; incident: { cause: { id: string } } });
    expect(told.map(({ type, incident }) => `${type} ${incident.cause.id}`)).toEqual([
      'opened tag-not-found',
      'resolved tag-not-found',
    ]);
  });

  it('goes on after the API server was away', LIMIT, async () => {
    const { playback, server, options } = await play('recovered', STUCK);
    const port = Number(new URL(server.url).port);
    const { lines } = await watching(['--kubeconfig', configFor(server)], {
      opened: async () => {
        await server.close();
        playback.finish();
        const objects = ['Pod', 'Event'].flatMap((kind) => server.store.list(kind, undefined));
        const again = await startReplayServer({ ...options, objects, port });
        closing.push(() => again.close());
      },
      resolved: stop,
    });
    expect(lines.filter((line) => !line.includes('trouble')).map((line) => line.slice(9, 17).trim())).toEqual([
      'opened',
      'resolved',
    ]);
  });

  it.each([
    [
      'is renewed in its file',
      (token: string) => {
        writeFileSync(join(folder, 'token'), token);
        return { tokenFile: join(folder, 'token') };
      },
    ],
    [
      'comes from a plugin, and ends',
      (token: string) => {
        writeFileSync(join(folder, 'token'), token);
        const print = `console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1',
          status: { token: require('fs').readFileSync(${JSON.stringify(join(folder, 'token'))}, 'utf8') } }))`;
        const apiVersion = 'client.authentication.k8s.io/v1';
        return { exec: { apiVersion, command: process.execPath, args: ['-e', print] } };
      },
    ],
  ])('goes on with a token that %s', LIMIT, async (_, userWith) => {
    const tokens = ['canary-1'];
    const { playback, server } = await play('recovered', STUCK, { tokens });
    const config = configFor(server, userWith('canary-1'));
    const { lines } = await watching(['--kubeconfig', config], {
      opened: () => {
        tokens[0] = 'canary-2';
        userWith('canary-2');
        playback.finish();
      },
      resolved: stop,
    });
    expect(lines.filter((line) => !line.includes('trouble')).map((line) => line.slice(9, 17).trim())).toEqual([
      'opened',
      'resolved',
    ]);
    expect(server.requests.some(({ status }) => status === 401)).toBe(true);
  });
});

describe('--wait on a recorded cluster', () => {
  const watchBegins = (then: () => void) => {
    let begun = false;
    return (verb: string) => {
      if (verb === 'watch' && !begun) setImmediate(then);
      begun ||= verb === 'watch';
    };
  };

  it('ends with 0 when the pod runs', LIMIT, async () => {
    let finish: () => void = () => undefined;
    const { playback, server } = await play('recovered', '2026-11-20T22:24:50Z', {
      onRequest: watchBegins(() => finish()),
    });
    finish = () => playback.finish();
    const { code, stderr } = await pullwhy(['-A', '-q', '--wait', '--kubeconfig', configFor(server)]);
    expect(stderr).toMatch(/^waiting; the kubelet tries again /);
    expect(stderr).toMatch(/: Running\nthe pod runs\n$/);
    expect(code).toBe(0);
  });

  it('ends with 1 and the cause when the next try fails too', LIMIT, async () => {
    let goOn: () => void = () => undefined;
    const { playback, server } = await play('tag-not-found', '2026-11-20T21:59:12Z', {
      onRequest: watchBegins(() => goOn()),
    });
    goOn = () => playback.finish();
    const { code, stdout, stderr } = await pullwhy(['-A', '--wait', '--kubeconfig', configFor(server)]);
    expect(stderr).toMatch(/failed again: ErrImagePull\n/);
    expect(stdout.match(/Tag 1\.5\.0 does not exist/g)?.length).toBe(2);
    expect(code).toBe(1);
  });
});
