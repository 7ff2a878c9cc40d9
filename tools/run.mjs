// Runs a TypeScript script of this project: `node tools/run.mjs tools/gen.ts --check`.
// Node 20 cannot strip types, so the script is bundled into build/ first.
import { spawnSync } from 'node:child_process';
import { basename, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node tools/run.mjs SCRIPT.ts [ARG…]');
  process.exit(2);
}
const file = join('build', basename(script).replace(/\.ts$/, '.mjs'));
const bundle = await rolldown({ input: resolve(script), platform: 'node', external: [/^[^./]/] });
await bundle.write({ file, format: 'esm', codeSplitting: false });
await bundle.close();
const { status } = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);
