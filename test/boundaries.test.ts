import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each room may import of ours; a room may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  image: ['core'],
  decode: ['core'],
  credentials: ['core'],
  gitops: ['core', 'image'],
  facts: ['core', 'image', 'decode', 'credentials'],
  causes: ['core', 'image', 'decode', 'credentials', 'facts'],
  sources: ['core'],
  render: ['core', 'causes'],
  watch: ['core', 'sources', 'tasks'],
  sop: ['core'],
  testing: [],
  nodelogs: ['core', 'image', 'decode', 'sources'],
  tasks: ['core', 'image', 'decode', 'credentials', 'gitops', 'facts', 'causes', 'sources', 'nodelogs'],
};

/** Rooms that touch nothing outside: same input, same answer, anywhere. */
const PURE = ['core', 'image', 'decode', 'credentials', 'gitops', 'facts', 'causes'];

/** Packages that one room alone may name. */
const OWNED_PACKAGES: Readonly<Record<string, string>> = {
  commander: 'apps',
  zod: 'sources render sop nodelogs apps',
  yaml: 'core sources render gitops sop nodelogs',
  'modern-tar': 'sources',
  fflate: 'sources',
  '@kubernetes/client-node': 'sources',
  undici: 'sources',
  re2js: 'nodelogs',
  'smol-toml': 'nodelogs',
  '@vscode/ripgrep': 'nodelogs',
  '@modelcontextprotocol/server': 'apps',
  hono: 'apps',
  '@hono/node-server': 'apps',
  picocolors: 'render apps',
};

/** Globals that would smuggle a clock, a process or a host into a pure room. */
const IMPURE = /\b(?:process\.|Date\.now\(|new Date\(\)|Math\.random\(|console\.|setTimeout\(|fetch\(|Buffer\b)/;

const files = sourceFiles('src').filter((file) => !file.endsWith('.test.ts'));

describe('rooms', () => {
  it.each(files)('%s imports only what its room may', (file) => {
    const room = roomOf(file);
    for (const target of importsOf(file)) {
      if (target.startsWith('.')) {
        const other = roomOf(relative('.', resolve(dirname(file), target)));
        const allowed = MAY_IMPORT[room];
        if (allowed !== undefined && other !== room) {
          expect(allowed, `${file} imports ${target}: ${room} must not know ${other}`).toContain(other);
        }
        expect(other === 'apps' && room !== 'apps', `${file} imports ${target}: nobody imports apps`).toBe(false);
      } else if (target.startsWith('node:')) {
        expect(PURE, `${file} imports ${target}: ${room} does no I/O`).not.toContain(room);
      } else {
        const name = target.startsWith('@')
          ? target.split('/').slice(0, 2).join('/')
          : (target.split('/')[0] ?? target);
        expect(OWNED_PACKAGES[name]?.split(' ') ?? [], `${file} imports ${name}, which is not ${room}'s`).toContain(
          room,
        );
      }
    }
  });

  it.each(files.filter((file) => PURE.includes(roomOf(file))))('%s is pure', (file) => {
    const code = readFileSync(file, 'utf8').replaceAll(
      /\/\*[\s\S]*?\*\/|\/\/.*|`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g,
      '',
    );
    expect(IMPURE.exec(code)?.[0]).toBeUndefined();
  });

  it.each(files)('%s has no default export', (file) => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/^export default/m);
  });
});

function roomOf(file: string): string {
  const [, room = '', next] = file.split('/');
  return next === undefined ? 'root' : room;
}

function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/^(?:import|export)\b[^;]*? from '([^'\n]+)'|import\('([^'\n]+)'\)/gm)].map(
    (m) => m[1] ?? m[2] ?? '',
  );
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}
