import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectionBundle } from './collection-bundle.ts';
import type { CollectionRecord } from './collection-record.ts';

const RECORD: CollectionRecord = {
  version: 1,
  id: 'c-20260101-000000-abcdef',
  state: 'complete',
  origin: 'files',
  nodes: [],
  instances: [],
  startedAt: '2026-01-01T00:00:00Z',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  mkdirSync(join(folder, 'mine', 'files'), { recursive: true });
  writeFileSync(join(folder, 'private.log'), 'canary\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function journal(...paths: readonly string[]): void {
  const lines = paths.map((path) => JSON.stringify({ file: { path, kind: 'other', size: 7, compressed: false } }));
  writeFileSync(join(folder, 'mine', 'journal.jsonl'), `${lines.join('\n')}\n`);
}

describe('a folder of strangers that says it is a collection', () => {
  it('does not make us read files beside it', async () => {
    journal('../../private.log', join(folder, 'private.log'), 'own.log');
    writeFileSync(join(folder, 'mine', 'files', 'own.log'), 'canary\n');
    const { files } = await collectionBundle(join(folder, 'mine'), RECORD);
    expect(files.map(({ path }) => path)).toEqual(['own.log']);
  });

  it('does not make us follow links out of it', async () => {
    journal('link.log', 'outside/private.log');
    symlinkSync(join(folder, 'private.log'), join(folder, 'mine', 'files', 'link.log'));
    symlinkSync(folder, join(folder, 'mine', 'files', 'outside'));
    const { files, gaps } = await collectionBundle(join(folder, 'mine'), RECORD);
    expect(files).toEqual([]);
    expect(gaps.map(({ why }) => why)).toEqual(['refused', 'refused']);
  });
});
