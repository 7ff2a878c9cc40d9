import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What loads before a command is known: start-up is paid by every call. */
const BUDGET_BYTES = 150 * 1024;

const STATIC_IMPORT = /(?:^|[;}\n])\s*import\s*(?:[^'"()]*?from\s*)?["']([^"']+)["']/g;

const LAZY_IMPORT = /import\(\s*["'`]\.\/(chunks\/[^"'`]+)["'`]\s*\)/g;

describe('what the command loads before it is known which', () => {
  // The entry itself only has Node keep what it compiles; all else comes behind that.
  const [start = '', ...others] = lazyChunks('cli.js');
  const chunks = staticChunks(start);

  it('comes from one place', () => {
    expect(start).toMatch(/^chunks\/run-/);
    expect(others).toEqual([]);
    expect(statSync('dist/cli.js').size).toBeLessThan(1_000);
  });

  it('stays small', () => {
    const bytes = [...chunks].reduce((sum, chunk) => sum + statSync(join('dist', chunk)).size, 0);
    expect(bytes).toBeLessThan(BUDGET_BYTES);
  });

  it('loads no schema, YAML or archive library', () => {
    const code = [...chunks].map((chunk) => readFileSync(join('dist', chunk), 'utf8')).join('\n');
    expect(code).not.toMatch(/ZodError|YAMLParseError|ustar/);
  });

  it('starts as a program', () => {
    expect(readFileSync('dist/cli.js', 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
    expect(readdirSync('dist')).toContain('report.schema.json');
  });
});

describe('the entry points of the library', () => {
  it.each(['decode.js', 'causes.js', 'index.js'])('%s loads no command line and no cluster access', (entry) => {
    const loaded = [...staticChunks(entry)].join(' ');
    expect(loaded).not.toMatch(/chunks\/(?:cli|cluster|diagnosis)-(?!core)/);
  });

  it('decode.js loads no causes', () => {
    expect([...staticChunks('decode.js')].join(' ')).not.toMatch(/chunks\/(?:causes|diagnosis)-/);
  });
});

describe('what a start keeps', () => {
  const run = (cache: string) =>
    spawnSync(process.execPath, ['dist/cli.js', '--version'], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
      encoding: 'utf8',
    });

  it('is compiled code in the cache of the user, where Node can', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(cache, 'pullwhy', 'compiled'))).toBe('enableCompileCache' in module);
    rmSync(cache, { recursive: true });
  });

  it('is nothing, without a word, where the cache cannot be written', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pullwhy-cache-')), 'file');
    writeFileSync(file, '');
    expect(run(file)).toMatchObject({ status: 0, stderr: '' });
    rmSync(join(file, '..'), { recursive: true });
  });
});

function lazyChunks(file: string): readonly string[] {
  return [...readFileSync(join('dist', file), 'utf8').matchAll(LAZY_IMPORT)].map((match) => match[1] ?? '');
}

/** The entry and all that it imports before its first line runs. */
function staticChunks(entry: string): Set<string> {
  const found = new Set<string>();
  const open = [entry];
  for (let chunk = open.pop(); chunk !== undefined; chunk = open.pop()) {
    if (found.has(chunk)) continue;
    found.add(chunk);
    for (const match of readFileSync(join('dist', chunk), 'utf8').matchAll(STATIC_IMPORT)) {
      const target = match[1] ?? '';
      if (target.startsWith('.')) open.push(join(chunk, '..', target));
    }
  }
  return found;
}
