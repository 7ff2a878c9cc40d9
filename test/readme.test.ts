import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pullwhy } from './run-cli.ts';

/** What the README shows is what a user gets. */
it('the README shows real output', async () => {
  const { stdout } = await pullwhy(['--from', 'fixtures/recordings/pull-secret-wrong-port/objects.json']);
  expect(readFileSync('README.md', 'utf8')).toContain(stdout.trimEnd());
});
