// A replayed cluster of many pods, few of them stuck: time, requests, bytes and memory of one diagnosis,
// against `kubectl get pods -A -o json` in the same run.
//   npm run build && node tools/run.mjs bench/cluster.ts [--pods 10000,100000] [--stuck 500] [--runs 3]
import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startReplayServer } from '../src/testing/replay-server.ts';
import { clusterObjects } from './cluster-objects.ts';

const NOW = '2026-11-20T22:25:00Z';

/** What takes longer than this is run once: chance plays no part in it. */
const LONG_SECONDS = 20;
/** What takes less is run so many times as often: chance plays a large part in it. */
const SHORT_SECONDS = 0.5;
const MORE_RUNS = 4;

const ALL = 'pullwhy -A';
const ONE = 'pullwhy pod/NAME';
const NODE = 'node alone';
const KUBECTL_ALL = 'kubectl get pods -A -o json';
const KUBECTL_ONE = 'kubectl get pod NAME -o json';

interface Cost {
  readonly seconds: number;
  readonly requests: number;
  readonly bytes: number;
  /** Peak resident memory in MiB; undefined where it cannot be told. */
  readonly memory: number | undefined;
}

interface Totals {
  readonly requests: number;
  readonly bytes: number;
}

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]), Number(process.argv[4]));
else await main();

/** The server has a process of its own, so that its work and memory are not counted. */
async function serve(pods: number, stuck: number): Promise<void> {
  const server = await startReplayServer({ objects: clusterObjects(pods, stuck), now: NOW });
  let before = 0;
  process.on('message', () => {
    const fresh = server.requests.slice(before);
    before = server.requests.length;
    const bytes = fresh.reduce((sum, request) => sum + request.bytes, 0);
    process.send?.({ requests: fresh.length, bytes } satisfies Totals);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(server.kubeconfig('team-0'));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pods: { type: 'string', default: '10000,100000' },
      stuck: { type: 'string', default: '500' },
      runs: { type: 'string', default: '3' },
      cli: { type: 'string', default: 'dist/cli.cjs' },
    },
  });
  const best: Cost[] = [];
  for (const pods of values.pods.split(',').map(Number)) {
    const cost = await measure(pods, Number(values.stuck), Number(values.runs), values.cli);
    if (cost !== undefined) best.push(cost);
  }
  const [small, large] = best;
  if (small !== undefined && large !== undefined) {
    console.log(
      `\ncost of the larger cluster: ${(large.seconds / small.seconds).toFixed(2)} × the time of the smaller`,
    );
  }
}

async function measure(pods: number, stuck: number, runs: number, cli: string): Promise<Cost | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-bench-'));
  const server = fork(fileURLToPath(import.meta.url), ['serve', String(pods), String(stuck)], {
    execArgv: ['--max-old-space-size=3072'],
  });
  try {
    const config = join(folder, 'config');
    writeFileSync(config, await message<string>(server));
    const totals = async () => {
      const answer = message<Totals>(server);
      server.send('totals');
      return answer;
    };
    console.log(`\n${pods} pods, ${stuck} stuck`);
    const one = `app-0-${(0x10000).toString(36)}-0`;
    const flags = ['--kubeconfig', config];
    const kubectl = ['--cache-dir', join(folder, 'cache'), ...flags];
    const commands: Record<string, readonly [string, ...string[]]> = {
      [ALL]: [process.execPath, cli, '-A', '-o', 'json', ...flags],
      [ONE]: [process.execPath, cli, `pod/${one}`, '-n', 'team-0', '-q', ...flags],
      [NODE]: [process.execPath, '-e', '0'],
      ...(hasKubectl() && {
        [KUBECTL_ALL]: ['kubectl', 'get', 'pods', '-A', '-o', 'json', ...kubectl],
        [KUBECTL_ONE]: ['kubectl', 'get', 'pod', one, '-n', 'team-0', '-o', 'json', ...kubectl],
      }),
    };
    const costs = await bestOf(runs, commands, ([command, ...args]) => once(command, args, folder, totals));
    for (const [what, cost] of costs) print(what, cost);
    compare(costs);
    return costs.get(ALL);
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasKubectl(): boolean {
  return spawnSync('kubectl', ['version', '--client']).status === 0;
}

/** The best run of each; runs alternate, so that a slow moment of the machine hits all alike. The first warms up. */
async function bestOf(
  runs: number,
  commands: Readonly<Record<string, readonly [string, ...string[]]>>,
  run: (command: readonly [string, ...string[]]) => Promise<Cost>,
): Promise<Map<string, Cost>> {
  const best = new Map<string, Cost>();
  for (let n = 0; n <= runs * MORE_RUNS; n += 1) {
    for (const [what, command] of Object.entries(commands)) {
      if ((best.get(what)?.seconds ?? 0) > (n <= runs ? LONG_SECONDS : SHORT_SECONDS)) continue;
      const cost = await run(command);
      const before = n <= 1 ? undefined : best.get(what);
      if (before === undefined || cost.seconds < before.seconds) best.set(what, cost);
    }
  }
  return best;
}

/** The goals that are ratios, in this very run. */
function compare(costs: ReadonlyMap<string, Cost>): void {
  const ratio = (what: string, to: string) =>
    ((costs.get(what)?.seconds ?? Number.NaN) / (costs.get(to)?.seconds ?? Number.NaN)).toFixed(2);
  if (!costs.has(KUBECTL_ALL)) {
    console.log('  no kubectl here to compare with');
    return;
  }
  console.log(`  all: ${ratio(ALL, KUBECTL_ALL)} × the time of ${KUBECTL_ALL}`);
  console.log(
    `  one: ${ratio(ONE, KUBECTL_ONE)} × the time of ${KUBECTL_ONE}; starting node alone is ${ratio(NODE, KUBECTL_ONE)} ×`,
  );
}

function message<T>(server: ReturnType<typeof fork>): Promise<T> {
  return new Promise((done) => server.once('message', (said) => done(said as T)));
}

/** One run of a command; its peak memory is what GNU time says, where there is one. */
async function once(
  command: string,
  args: readonly string[],
  folder: string,
  totals: () => Promise<Totals>,
): Promise<Cost> {
  await totals();
  const peak = join(folder, 'peak');
  const timed = spawnSync('/usr/bin/time', ['-f', '%M', 'true']).status === 0;
  const [program, all] = timed ? ['/usr/bin/time', ['-f', '%M', '-o', peak, command, ...args]] : [command, [...args]];
  const began = performance.now();
  await new Promise<void>((done, fail) => {
    spawn(program, all, { stdio: ['ignore', 'ignore', 'inherit'], env: environment() })
      .on('error', fail)
      .on('close', () => done());
  });
  const seconds = (performance.now() - began) / 1_000;
  const { readFileSync } = await import('node:fs');
  const memory = timed ? Number(readFileSync(peak, 'utf8').trim().split('\n').at(-1)) / 1_024 : undefined;
  return { seconds, memory, ...(await totals()) };
}

/**
 * As most people have it. Node 20 reads `NODE_EXTRA_CA_CERTS` at every start, needed or not: with the certificates of
 * a whole system in it that alone takes longer than kubectl.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
}

function print(what: string, { seconds, requests, bytes, memory }: Cost): void {
  const peak = memory === undefined ? '' : `, ${memory.toFixed(0)} MiB at most`;
  console.log(
    `  ${what}: ${seconds.toFixed(2)} s, ${requests} requests, ${(bytes / 2 ** 20).toFixed(2)} MiB read${peak}`,
  );
}
