import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProcedure, loadProcedures, procedureFolders } from './load.ts';
import { HEAD, LOOK, TAIL } from './procedure.fixture.ts';

const TEXT = `${HEAD}phases:\n  - id: only\n    title: Only phase\n    steps:\n${LOOK}\n${TAIL}`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-sop-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('loadProcedures', () => {
  it('has the ones that come with pullwhy, and no problem with them', async () => {
    const library = await loadProcedures();
    expect(library.problems).toEqual([]);
    expect(library.procedures.map(({ procedure }) => procedure.id).sort()).toEqual([
      'C1',
      'GITOPS-IMAGE-PULL',
      'IMAGE-PULL-PROMPT',
      'KubePodImagePullBackOff',
      'TSG-POD-IMAGEPULL-001',
    ]);
    expect(library.procedures.every(({ origin }) => origin === 'built in')).toBe(true);
  });

  it('adds those of a folder; one with a known id takes its place', async () => {
    writeFileSync(join(folder, 'own.yaml'), TEXT);
    writeFileSync(join(folder, 'notes.md'), `---\n${TEXT.replace('TEST-1', 'c1')}---\nnotes\n`);
    writeFileSync(join(folder, 'README.md'), 'no procedure\n');
    writeFileSync(join(folder, 'other.txt'), 'no procedure\n');
    const library = await loadProcedures([folder]);
    expect(library.problems).toEqual([]);
    expect(findProcedure(library, 'test-1')?.origin).toBe(join(folder, 'own.yaml'));
    expect(findProcedure(library, 'C1')?.procedure.title).toBe('A procedure for tests');
    expect(library.procedures).toHaveLength(6);
  });

  it('tells of each bad file in one line with its place, and loads the others', async () => {
    writeFileSync(join(folder, 'bad.yaml'), TEXT.replace('severity: low', 'severity: huge'));
    writeFileSync(join(folder, 'big.yaml'), `# ${'x'.repeat(2_000_000)}`);
    writeFileSync(join(folder, 'good.yaml'), TEXT);
    mkdirSync(join(folder, 'folder.yaml'));
    const library = await loadProcedures([folder]);
    expect(library.problems).toEqual([
      expect.stringContaining(`${join(folder, 'bad.yaml')}:5: severity`),
      expect.stringContaining(`${join(folder, 'big.yaml')}:1: longer than`),
      `${join(folder, 'folder.yaml')}: not a file`,
    ]);
    expect(findProcedure(library, 'TEST-1')).toBeDefined();
  });

  it('says when a folder is not there', async () => {
    await expect(loadProcedures([join(folder, 'none')])).rejects.toThrow(
      /no folder of procedures .*none: it does not exist/,
    );
  });

  it('finds by alias, and nothing for an unknown id', async () => {
    const library = await loadProcedures();
    expect(findProcedure(library, 'debug-image-pull')?.procedure.id).toBe('IMAGE-PULL-PROMPT');
    expect(findProcedure(library, 'nope')).toBeUndefined();
  });
});

describe('procedureFolders', () => {
  it.each([
    [['a', 'b'], 'c', ['a', 'b']],
    [undefined, 'c:d:', ['c', 'd']],
    [[], 'c', ['c']],
    [undefined, undefined, []],
  ])('%j and %j give %j', (given, variable, expected) => {
    expect(procedureFolders(given, variable)).toEqual(expected);
  });
});
