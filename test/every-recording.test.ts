import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/core/report.ts';
import { FORMATS } from '../src/render/format.ts';
import { render } from '../src/render/render.ts';
import { reportSchema } from '../src/render/report-schema.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';

const ROOT = 'fixtures/recordings';
const scenarios = readdirSync(ROOT, { withFileTypes: true })
  .filter((e) => e.isDirectory())
  .map((e) => e.name);
const NOW = '2026-11-20T23:59:59Z';
const OPTIONS = { width: 80, color: false, unicode: true, showEvidence: true, verbose: true } as const;

async function report(scenario: string): Promise<Report> {
  const folder = join(ROOT, scenario);
  const files = readdirSync(folder)
    .filter((name) => name !== 'truth.json')
    .map((name) => join(folder, name));
  return diagnose(await readBundle(files, {}), { now: NOW });
}

/** What must hold of every report, whatever the cause. */
describe.each(scenarios)('%s', (scenario) => {
  it('gives a report of the published shape', async () => {
    expect(reportSchema.safeParse(JSON.parse(JSON.stringify(await report(scenario)))).error).toBeUndefined();
  });

  it('is diagnosed the same twice', async () => {
    expect(await report(scenario)).toEqual(await report(scenario));
  });

  it('cites only evidence that it shows, and cites some for every verdict', async () => {
    for (const incident of (await report(scenario)).incidents) {
      const known = incident.evidence.map((e) => e.id);
      const cited = [
        ...incident.chain.flatMap((l) => l.because),
        ...incident.alternatives.flatMap((a) => a.because),
        ...incident.ruledOut.flatMap((r) => r.because),
        ...incident.overruled.flatMap((o) => o.because),
      ];
      expect(cited.filter((id) => !known.includes(id))).toEqual([]);
      expect(known.length).toBeGreaterThan(0);
      const broken = incident.chain.filter((l) => l.status === 'broken');
      expect(broken.length).toBeLessThanOrEqual(1);
      for (const link of incident.chain.filter((l) => l.status === 'ok' || l.status === 'broken'))
        expect(link.because.length, link.link).toBeGreaterThan(0);
    }
  });

  it('puts every failing container into one incident', async () => {
    const pods = (await report(scenario)).incidents.flatMap((i) =>
      i.scope.pods.map((p) => `${p.namespace}/${p.name}/${p.container}`),
    );
    expect(pods.length).toBe(new Set(pods).size);
  });

  it.each(FORMATS)('renders as %s', async (format) => {
    const text = await render(format, await report(scenario), OPTIONS);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/undefined|\[object Object\]|NaN/);
  });
});
