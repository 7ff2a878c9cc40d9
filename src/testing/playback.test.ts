import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openLoopback } from '../sources/cluster/access.ts';
import { ClusterClient } from '../sources/cluster/client.ts';
import type { ClusterDiagnosis } from '../tasks/diagnose/diagnose-cluster.ts';
import { diagnoseCluster } from '../tasks/diagnose/diagnose-cluster.ts';
import { type Happening, watchIncidents } from '../watch/watch-incidents.ts';
import { Playback, readWatch } from './playback.ts';
import { type ReplayServer, startReplayServer } from './replay-server.ts';

let closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** A server on which a saved watch is played. */
async function play(name: string): Promise<{ playback: Playback; server: ReplayServer; client: ClusterClient }> {
  const changes = readWatch(readFileSync(`fixtures/watches/${name}.jsonl`, 'utf8'));
  let clock = () => '';
  const server = await startReplayServer({ objects: [], now: () => clock() });
  const playback = new Playback(server.store, changes);
  clock = () => playback.now;
  const access = openLoopback(server.url, 'replay');
  closing.push(
    () => server.close(),
    () => access.close(),
  );
  return { playback, server, client: new ClusterClient(access) };
}

async function look(client: ClusterClient, playback: Playback): Promise<ClusterDiagnosis> {
  return diagnoseCluster(client, { targets: [] }, { now: () => playback.now, select: () => () => true });
}

describe('readWatch', () => {
  it('gives each change a time, never earlier than the one before', () => {
    const times = readWatch(readFileSync('fixtures/watches/tag-not-found.jsonl', 'utf8')).map(({ at }) => at);
    expect(times.length).toBe(71);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Date(times.at(-1) ?? 0).toISOString()).toBe('2026-11-20T22:04:12.000Z');
  });
});

describe('a recording in time', () => {
  it('is diagnosed as it was at each moment', async () => {
    const { playback, client } = await play('tag-not-found');
    expect((await look(client, playback)).report.incidents).toEqual([]);
    playback.advanceTo('2026-11-20T21:58:54Z');
    expect((await look(client, playback)).report.notImagePull.map(({ reason }) => reason)).toEqual(['Pulling']);
    const retries: string[] = [];
    for (const time of [
      '2026-11-20T21:59:00Z',
      '2026-11-20T21:59:15Z',
      '2026-11-20T22:00:30Z',
      '2026-11-20T22:04:30Z',
    ]) {
      playback.advanceTo(time);
      const { report } = await look(client, playback);
      expect(report.source.takenAt).toBe(new Date(time).toISOString());
      expect(report.incidents.map(({ cause }) => cause.id)).toEqual(['tag-not-found']);
      retries.push(report.incidents[0]?.nextRetryAt ?? '');
    }
    expect(retries).toEqual(retries.toSorted());
    expect(new Set(retries).size).toBeGreaterThan(2);
    expect(playback.isOver).toBe(true);
  });

  it('is followed by `watch`: an incident opens, and is resolved when the pod runs', async () => {
    const { playback, client } = await play('recovered');
    const stop = new AbortController();
    closing.push(() => stop.abort());
    const options = { now: () => playback.now, signal: stop.signal, settleMs: 0 };
    const happenings = watchIncidents(client, { targets: [] }, options);
    const told: string[] = [];
    const until = async (type: Happening['type']) => {
      for (let next = await happenings.next(); next.done !== true; next = await happenings.next()) {
        const { value } = next;
        told.push(value.type === 'trouble' ? value.message : `${value.type} ${value.incident.cause.id} at ${value.at}`);
        if (value.type === type) return;
      }
    };
    playback.advanceTo('2026-11-20T22:24:40Z');
    await until('opened');
    playback.finish();
    await until('resolved');
    stop.abort();
    expect(told[0]).toBe('opened tag-not-found at 2026-11-20T22:24:40.000Z');
    expect(told.at(-1)).toBe('resolved tag-not-found at 2026-11-20T22:24:57.000Z');
  });
});
