// `watch` over an hour of churn, played fast: do memory and the cost of a look stay flat?
//   node tools/run.mjs bench/watch.ts [--minutes 60] [--speed 60] [--pods 2000]
// The replayed cluster has a process of its own; here is only what follows it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { keepHeapLean } from '../src/apps/cli/lean-heap.ts';
import { openLoopback } from '../src/sources/cluster/access.ts';
import { ClusterClient } from '../src/sources/cluster/client.ts';
import { startReplayServer } from '../src/testing/replay-server.ts';
import { watchIncidents } from '../src/watch/watch-incidents.ts';
import { Churn } from './churn.ts';
import { clusterObjects } from './cluster-objects.ts';

/** A look that is waited for, in the followed cluster's time. */
const SETTLE_MS = 3_000;
const RESYNC_MS = 300_000;
/** The first minutes fill caches and code. */
const WARM_SHARE = 0.25;
/** What may still be called flat, MiB after a full collection. */
const FLAT_MIB = 4;

const STARTED = Date.parse('2026-11-20T22:00:00Z');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    speed: { type: 'string', default: '60' },
    pods: { type: 'string', default: '2000' },
    serve: { type: 'boolean', default: false },
  },
});
const [minutes, speed, pods] = [Number(values.minutes), Number(values.speed), Number(values.pods)];
const clock = (began: number) => new Date(STARTED + (performance.now() - began) * speed).toISOString();

if (values.serve) await serve();
else await main();

/** A cluster in which, every two seconds of its time, a pod gets stuck or a stuck one is mended or replaced. */
async function serve(): Promise<void> {
  const began = performance.now();
  const server = await startReplayServer({ objects: clusterObjects(pods, 0), now: () => clock(began) });
  const churn = new Churn(server.store);
  // As if it had been so for an hour already: what is there to see stays the same from now on.
  for (let past = 3_600; past > 0; past -= 2) churn.step(new Date(STARTED - past * 1000).toISOString());
  setInterval(() => churn.step(clock(began)), 2_000 / speed);
  process.on('disconnect', () => process.exit(0));
  process.send?.(server.url);
}

interface Sample {
  readonly minute: number;
  readonly heap: number;
  readonly rss: number;
  readonly requests: number;
}

async function main(): Promise<void> {
  keepHeapLean(['watch']);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--serve']);
  const url = await new Promise<string>((done) => server.once('message', (said) => done(String(said))));
  const access = openLoopback(url, 'bench');
  const client = new ClusterClient(access);
  const began = performance.now();
  const stop = new AbortController();
  const samples: Sample[] = [];
  const sample = () => {
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    const minute = ((performance.now() - began) * speed) / 60_000;
    samples.push({ minute, heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20, requests: client.requests });
    if (minute >= minutes) stop.abort();
  };
  const ticks = setInterval(sample, 60_000 / speed);
  const counts: Record<string, number> = {};
  const options = {
    now: () => clock(began),
    signal: stop.signal,
    settleMs: SETTLE_MS / speed,
    resyncMs: RESYNC_MS / speed,
  };
  for await (const { type } of watchIncidents(client, { targets: [] }, options)) counts[type] = (counts[type] ?? 0) + 1;
  clearInterval(ticks);
  access.close();
  server.disconnect();
  report(samples, counts);
}

function report(samples: readonly Sample[], counts: Readonly<Record<string, number>>): void {
  const told = Object.entries(counts).map(([type, count]) => `${count} ${type}`);
  console.log(`${minutes} minutes at ${speed} × in a cluster of ${pods} pods: ${told.join(', ')}`);
  const every = Math.max(1, Math.floor(samples.length / 6));
  for (const { minute, heap, rss, requests } of samples.filter((_, n) => n % every === 0 || n === samples.length - 1)) {
    const parts = [`${heap.toFixed(1)} MiB heap`, `${rss.toFixed(0)} MiB resident`, `${requests} requests`];
    console.log(`  minute ${minute.toFixed(0).padStart(3)}: ${parts.join(', ')}`);
  }
  const warm = samples.slice(Math.floor(samples.length * WARM_SHARE));
  const half = Math.floor(warm.length / 2);
  const grown = lowest(warm.slice(half)) - lowest(warm.slice(0, half));
  console.log(`  heap between the halves after warm-up: ${grown >= 0 ? '+' : ''}${grown.toFixed(2)} MiB`);
  if (grown > FLAT_MIB) {
    console.log(`not flat: more than ${FLAT_MIB} MiB`);
    process.exitCode = 1;
  }
}

/** A look under way holds what it reads; the lowest sample shows what is kept. */
function lowest(samples: readonly Sample[]): number {
  return Math.min(...samples.map(({ heap }) => heap));
}
