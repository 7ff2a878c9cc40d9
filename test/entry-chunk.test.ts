import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What loads before a command is known: start-up is paid by every call. */
const BUDGET_BYTES = 150 * 1024;

const STATIC_IMPORT = /(?:^|[;}\n])\s*import\s*(?:[^'"()]*?from\s*)?["']([^"']+)["']/g;

describe('the entry chunk of the command', () => {
  const chunks = staticChunks('cli.js');

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
