// How quick the built command is, as ratios to a bare node, so that machines can be compared.
// `npm run build && npm run bench:speed [-- --check]`; --check ends with 1 when a figure misses its goal by far.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RUNS = 15;
const BATCH_RUNS = 5;
const BATCH_LINES = 40_000;
const RECORDINGS = 'fixtures/recordings';
const ONE_POD = join(RECORDINGS, 'tag-not-found', 'objects.json');

/** A slower machine under load must still pass: only a step backwards should fail. */
const MARGIN = 1.6;

/** How a client of the Model Context Protocol begins. */
const INITIALIZE = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})}\n`;

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
  readonly better: 'lower' | 'higher';
}

if (!existsSync('dist/cli.cjs')) {
  console.error('dist/cli.cjs is missing: npm run build');
  process.exit(2);
}

const figures = [...startFigures(), ...batchFigures()];
for (const { what, value, unit, goal, better } of figures) {
  const sign = better === 'lower' ? '≤' : '≥';
  console.log(`${what.padEnd(38)} ${shown(value).padStart(8)} ${unit.padEnd(14)} goal ${sign} ${shown(goal)}`);
}
if (process.argv.includes('--check')) {
  const missed = figures.filter(({ value, goal, better }) =>
    better === 'lower' ? value > goal * MARGIN : value < goal / MARGIN,
  );
  for (const { what } of missed) console.error(`too slow: ${what}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/** Runs alternate, so that a slow moment of the machine hits all alike. */
function startFigures(): Figure[] {
  const commands = {
    bare: ['-e', '0'],
    version: ['dist/cli.cjs', '--version'],
    onePod: ['dist/cli.cjs', '--from', ONE_POD],
    mcp: ['dist/cli.cjs', 'mcp'],
    mcpTools: ['dist/cli.cjs', 'mcp'],
  };
  const inputs: Partial<Record<keyof typeof commands, string>> = {
    mcp: INITIALIZE,
    mcpTools: `${INITIALIZE}{"jsonrpc":"2.0","id":2,"method":"tools/list"}\n`,
  };
  const times: Record<keyof typeof commands, number[]> = { bare: [], version: [], onePod: [], mcp: [], mcpTools: [] };
  for (let run = 0; run < RUNS; run += 1) {
    for (const name of Object.keys(commands) as (keyof typeof commands)[])
      times[name].push(timeOf(commands[name], inputs[name]));
  }
  const ratio = (name: keyof typeof commands) =>
    median(times[name].map((time, run) => time / (times.bare[run] ?? time)));
  console.log(`node alone: ${median(times.bare).toFixed(0)} ms (median of ${RUNS})`);
  return [
    { what: '--version', value: ratio('version'), unit: '× node alone', goal: 1.3, better: 'lower' },
    { what: 'diagnosis of one pod, offline', value: ratio('onePod'), unit: '× node alone', goal: 3, better: 'lower' },
    { what: 'mcp, to its first answer', value: ratio('mcp'), unit: '× node alone', goal: 2.5, better: 'lower' },
    { what: 'mcp, to its list of tools', value: ratio('mcpTools'), unit: '× node alone', goal: 2.5, better: 'lower' },
  ];
}

function batchFigures(): Figure[] {
  const distinct = messages();
  const lines = Array.from({ length: BATCH_LINES }, (_, i) =>
    JSON.stringify({ id: String(i), text: distinct[i % distinct.length] }),
  );
  const input = `${lines.join('\n')}\n`;
  const perSecond = Array.from(
    { length: BATCH_RUNS },
    () => (BATCH_LINES / timeOf(['dist/cli.cjs', 'decode', '--batch'], input)) * 1000,
  );
  console.log(`decode --batch: ${BATCH_LINES} lines, ${distinct.length} distinct messages`);
  return [
    {
      what: 'decode --batch, start included',
      value: median(perSecond),
      unit: 'messages/s',
      goal: 20_000,
      better: 'higher',
    },
  ];
}

/** What clusters print: messages of events and of waiting containers, and log lines about pulls. */
function messages(): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(RECORDINGS, { withFileTypes: true }).filter((e) => e.isDirectory())) {
    const folder = join(RECORDINGS, entry.name);
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (file === 'objects.json') addMessages(JSON.parse(text), found);
      else if (file.endsWith('.log')) for (const line of text.split('\n')) if (/pull/i.test(line)) found.add(line);
    }
  }
  return [...found];
}

function addMessages(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'message' && typeof inner === 'string' && /pull|image/i.test(inner)) found.add(inner);
    else addMessages(inner, found);
  }
}

function timeOf(args: readonly string[], input = ''): number {
  const start = performance.now();
  const { status, error } = spawnSync(process.execPath, args, { input, maxBuffer: 1024 ** 3 });
  if (error !== undefined || status === null || status > 1) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
