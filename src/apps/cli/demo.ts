import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../core/report.ts';
import { UsageError } from '../../core/usage-error.ts';
import { diagnose } from '../../diagnose.ts';
import { tourLine } from '../../render/tour.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import { didYouMean } from './nearest.ts';
import { type OutputFlags, print, printReport, renderOptions } from './output.ts';
import { shippedFile } from './package-files.ts';

interface Scenario {
  readonly name: string;
  readonly story: string;
}

/** One scenario in full, or the first in full and a line for each of the others. */
export async function runDemo(name: string | undefined, flags: OutputFlags): Promise<void> {
  const scenarios = JSON.parse(readFileSync(shippedFile('demo/index.json'), 'utf8')) as Scenario[];
  const chosen = name === undefined ? scenarios[0] : scenarios.find((s) => s.name === name);
  if (chosen === undefined) {
    const known = scenarios.map((s) => s.name);
    throw new UsageError(`no scenario ${name}${didYouMean(name ?? '', known)}: pullwhy demo lists them`);
  }
  const tour = name === undefined && flags.output === 'text';
  if (tour) await print(`A failure recorded on a real cluster: ${chosen.story}.\n`);
  await printReport(await replay(chosen), flags);
  if (!tour) return;
  await print(`\nAlso recorded (pullwhy demo NAME):\n`);
  for (const other of scenarios.filter((s) => s !== chosen)) {
    await print(tourLine(other.name, other.story, await replay(other), renderOptions(flags)));
  }
}

async function replay({ name }: Scenario): Promise<Report> {
  const folder = shippedFile(join('demo', name));
  const files = readdirSync(folder)
    .sort()
    .map((file) => join(folder, file));
  return diagnose(await readBundle(files, {}), { now: new Date().toISOString() });
}
