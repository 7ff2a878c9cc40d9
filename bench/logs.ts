// Index and search of node logs against ripgrep, on logs generated from the recordings, all in one run.
// `npm run bench:logs [-- --mb 1000] [--recordings DIR] [--check]`; --check ends with 1 when a limit is missed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKindOf } from '../src/core/node/file-kind.ts';
import { PATTERNS } from '../src/nodelogs/patterns/all.ts';
import { ripgrepPath } from '../src/nodelogs/search/ripgrep.ts';
import { diskFile } from '../src/sources/node/disk-file.ts';
import { nodeIndex } from '../src/tasks/node/errors.ts';
import { nodeSearch } from '../src/tasks/node/search.ts';
import { generateLogs, LOG_PATHS } from './generate-logs.ts';

const INDEX_LIMIT = 3;
const INDEX_MEMORY_MB = 250;
const WORDS_LIMIT = 1.3;
const PATTERN_LIMIT = 3;
const BUDGET_MS = 20_000;
/** Alternating runs; the median counts. */
const RUNS = 3;

const WORDS = ['no space left on device', 'toomanyrequests', 'certificate signed by unknown authority', 'PullImage'];
const EXPRESSIONS = [
  'failed to (pull|resolve).*403 Forbidden',
  'dial tcp [^ ]+: (i/o timeout|connect: .*)$',
  'x509: .*(expired|authority)',
  '\\b50[0234] [A-Z][a-z]+',
];
const BOMBS = ['(a+)+$', '(x+x+)+y', '(.*a){20}$', '((a|a)*b?)*c\\d{50}'];

/** What one measured process says. */
interface Measured {
  readonly ms: number;
  readonly rssMb: number;
  readonly count: number;
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--measure') await measure(rest[0] ?? '', rest[1] ?? '', rest[2] ?? '');
else await compare();

async function compare(): Promise<void> {
  const rg = await ripgrepPath();
  if (rg === undefined) {
    console.error('ripgrep is missing: npm install, or put rg into the search path');
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-logs-'));
  try {
    const bytes = generateLogs(option('--recordings') ?? 'fixtures/recordings', folder, Number(option('--mb') ?? 1000));
    console.log(`${LOG_PATHS.join(', ')}: ${(bytes / 1e6).toFixed(0)} MB`);
    const missed = [...compareIndex(rg, folder), ...compareSearch(rg, folder), ...runBombs(folder)];
    for (const what of missed) console.error(`missed: ${what}`);
    if (process.argv.includes('--check')) process.exitCode = missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compareIndex(rg: string, folder: string): string[] {
  const patterns = join(folder, 'patterns');
  writeFileSync(patterns, PATTERNS.map(({ match }) => match.source).join('\n'));
  const args = ['--ignore-case', '--no-unicode', '--count', `--file=${patterns}`];
  // They take turns, so that a slow moment of the machine hits both.
  const times = Array.from({ length: RUNS }, () => ({
    theirs: ripgrep(rg, args, folder),
    ours: own('index', folder),
  }));
  const runs = times.map(({ ours }) => ours);
  const ms = median(runs.map((run) => run.ms));
  const theirs = median(times.map((time) => time.theirs));
  const rssMb = Math.max(...runs.map((run) => run.rssMb));
  const findings = runs[0]?.count ?? 0;
  row(`index, ${PATTERNS.length} patterns, ${findings} findings`, ms, theirs, INDEX_LIMIT);
  console.log(`${'  peak memory'.padEnd(60)} ${rssMb.toFixed(0)} MB (limit ${INDEX_MEMORY_MB})`);
  return [
    ...(ms / theirs > INDEX_LIMIT ? ['time of the index'] : []),
    ...(rssMb > INDEX_MEMORY_MB ? ['memory of the index'] : []),
  ];
}

function compareSearch(rg: string, folder: string): string[] {
  const queries = [
    ...WORDS.map((query) => ({ query, limit: WORDS_LIMIT, flag: '--fixed-strings' })),
    ...EXPRESSIONS.map((query) => ({ query, limit: PATTERN_LIMIT, flag: '--no-unicode' })),
  ];
  return queries.flatMap(({ query, limit, flag }) => {
    const times = Array.from({ length: RUNS }, () => ({
      theirs: ripgrep(rg, ['--ignore-case', '--line-number', flag, `--regexp=${query}`], folder),
      ours: own('search', folder, query),
    }));
    const ours = median(times.map((time) => time.ours.ms));
    const theirs = median(times.map((time) => time.theirs));
    const builtIn = own('built-in', folder, query);
    row(`search ${query} (${times[0]?.ours.count} lines)`, ours, theirs, limit);
    console.log(`${'  without ripgrep'.padEnd(60)} ${builtIn.ms.toFixed(0).padStart(7)} ms`);
    return ours / theirs > limit ? [`search ${query}`] : [];
  });
}

function runBombs(folder: string): string[] {
  return BOMBS.flatMap((query) =>
    ['search', 'built-in'].flatMap((engine) => {
      const { ms } = own(engine, folder, query);
      console.log(`${`bomb ${query}, ${engine}`.padEnd(60)} ${ms.toFixed(0).padStart(7)} ms (budget ${BUDGET_MS})`);
      return ms > BUDGET_MS * 1.1 ? [`bomb ${query}`] : [];
    }),
  );
}

function ripgrep(rg: string, args: readonly string[], folder: string): number {
  const start = performance.now();
  const { status } = spawnSync(rg, ['--no-config', ...args, ...LOG_PATHS.map((path) => join(folder, path))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 2 || status === null) throw new Error(`ripgrep ended with ${status}`);
  return performance.now() - start;
}

/** In a process of its own, so that its memory is its own; its start does not count. Searches are repeated in it, as an agent does. */
function own(what: string, folder: string, query = ''): Measured {
  const script = process.argv[1] ?? '';
  const { status, stdout } = spawnSync(process.execPath, [script, '--measure', what, folder, query], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${what} ended with ${status}`);
  return JSON.parse(stdout.toString()) as Measured;
}

async function measure(what: string, folder: string, query: string): Promise<void> {
  const files = LOG_PATHS.map((path) => {
    const diskPath = join(folder, path);
    return diskFile({ path, kind: fileKindOf(path), size: statSync(diskPath).size, compressed: false, diskPath });
  });
  const notes = { get: async () => undefined, put: async () => undefined };
  const bundle = { id: 'bench', nodes: ['node-a'], origin: 'bench', files, gaps: [], notes };
  const times: number[] = [];
  let count = 0;
  for (let run = 0; run < (what === 'search' ? RUNS : 1); run += 1) {
    const start = performance.now();
    count =
      what === 'index'
        ? (await nodeIndex(bundle)).findings.length
        : (await nodeSearch([bundle], { query, builtIn: what === 'built-in' })).total;
    times.push(performance.now() - start);
  }
  console.log(JSON.stringify({ ms: median(times), rssMb: process.resourceUsage().maxRSS / 1024, count }));
}

function row(what: string, ours: number, theirs: number, limit: number): void {
  const times = `${ours.toFixed(0).padStart(7)} ms, ripgrep ${theirs.toFixed(0).padStart(6)} ms`;
  console.log(`${what.padEnd(60)} ${times}: ${(ours / theirs).toFixed(2)}× (limit ${limit}×)`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
