import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderText } from '../src/render/text.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';

const scenarios = (JSON.parse(readFileSync('fixtures/demo.json', 'utf8')) as { name: string }[]).map((s) => s.name);

/** What a person reads at 80 columns; a change of wording is reviewed here. */
describe('text output', () => {
  it.each(scenarios)('%s', async (name) => {
    const folder = join('fixtures/recordings', name);
    const files = readdirSync(folder)
      .filter((f) => f !== 'truth.json')
      .map((f) => join(folder, f));
    const report = diagnose(await readBundle(files, {}), { now: '2026-11-20T23:59:59Z' });
    const text = renderText(report, { width: 80, color: false, unicode: true, showEvidence: false, verbose: true });
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
