import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../core/nearest.ts';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { UsageError } from '../../core/usage-error.ts';
import { wrap } from '../../render/layout.ts';
import { tourLine } from '../../render/tour.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import { openLoopback } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import { diagnoseCluster } from '../../tasks/diagnose/diagnose-cluster.ts';
import { startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { type OutputFlags, print, printReport, renderOptions } from './output.ts';
import { shippedFile } from './package-files.ts';
import { readScenarios, type Scenario } from './scenarios.ts';

/** One scenario in full, or the first in full and a line for each of the others. */
export async function runDemo(name: string | undefined, flags: OutputFlags): Promise<void> {
  const scenarios = readScenarios();
  const chosen = name === undefined ? scenarios[0] : scenarios.find((s) => s.name === name);
  if (chosen === undefined) {
    const known = scenarios.map((s) => s.name);
    throw new UsageError(`no scenario ${name}${didYouMean(name ?? '', known)}: pullwhy demo lists them`);
  }
  const tour = name === undefined && flags.output === 'text';
  const options = renderOptions(flags);
  if (tour)
    await print(`${wrap(`A failure recorded on a real cluster: ${chosen.story}.`, options.width).join('\n')}\n\n`);
  await printReport(await replay(chosen), flags);
  if (!tour) return;
  await print(`\nAlso recorded (pullwhy demo NAME):\n`);
  for (const other of scenarios.filter((s) => s !== chosen)) {
    await print(tourLine(other.name, other.story, await replay(other), options));
  }
}

/**
 * Serves the recorded objects on loopback and diagnoses them as a live cluster. The recorded node logs,
 * which no API serves by default, are given beside it.
 */
async function replay({ name }: Scenario): Promise<Report> {
  const folder = shippedFile(join('demo', name));
  const files = readdirSync(folder).sort();
  const recorded = await readBundle(files.map((file) => join(folder, file)));
  const server = await startReplayServer({ objects: objectsIn(folder), ...clockOf(recorded) });
  const access = openLoopback(server.url, name);
  try {
    const { report } = await diagnoseCluster(
      new ClusterClient(access),
      { targets: [] },
      { now: () => recorded.takenAt ?? new Date().toISOString(), select: () => () => true, also: recorded },
    );
    return report;
  } finally {
    access.close();
    await server.close();
  }
}

function objectsIn(folder: string): readonly RawObject[] {
  return (JSON.parse(readFileSync(join(folder, 'objects.json'), 'utf8')) as { items: RawObject[] }).items;
}

/** The replayed cluster lives at the time of the recording. */
function clockOf({ takenAt }: Snapshot): { readonly now?: string } {
  return takenAt === undefined ? {} : { now: takenAt };
}
