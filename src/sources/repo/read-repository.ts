import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { neutralize } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';

/** A text file of a checkout. */
export interface CheckoutFile {
  /** Relative to the checkout, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Checkout {
  readonly files: readonly CheckoutFile[];
  /** Addresses that it was made from, without what they hold of logins. */
  readonly remotes: readonly string[];
  /** What was not read, and why. */
  readonly gaps: readonly Gap[];
}

/** Bounds of one walk; tests lower them. */
export interface RepositoryLimits {
  readonly files: number;
  readonly depth: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

const MIB = 1024 * 1024;
const LIMITS: RepositoryLimits = { files: 20_000, depth: 32, fileBytes: MIB, totalBytes: 128 * MIB };
/** Files that are only counted, so that their number can be told; no checkout has as many. */
const MAX_COUNTED = 1_000_000;

/** Folders of tools and packages: nothing in them is deployed from here. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.terraform',
  'node_modules',
  '.venv',
  '__pycache__',
]);
/** Files that can say which image is deployed. */
const WANTED = /\.(?:ya?ml|json|tpl|gotmpl)$|^[Kk]ustomization$/;

/**
 * The manifests, charts and values of a checkout. Reads only; symbolic links are not followed, for a patch could not be
 * applied through one.
 */
export async function readRepository(folder: string, limits: Partial<RepositoryLimits> = {}): Promise<Checkout> {
  const info = await stat(folder).catch(() => undefined);
  if (info?.isDirectory() !== true) {
    throw new UsageError(`--repo ${folder}: no such folder; give the checkout of the repository with the manifests`);
  }
  return new Walk(folder, { ...LIMITS, ...limits }).run();
}

/** What was left, and why; a sentence each, whatever their number. */
interface Left {
  readonly what: (count: number, first: string) => string;
  readonly why: Gap['why'];
}

const LEFT = {
  unreadableFolder: { what: counted('folder', 'folders'), why: 'unreadable' },
  deepFolder: { what: counted('folder', 'folders'), why: 'truncated' },
  unreadableFile: { what: counted('file', 'files'), why: 'unreadable' },
  noText: { what: counted('file', 'files', ' (no UTF-8 text)'), why: 'unreadable' },
  large: { what: counted('file', 'files', ' (too large for a manifest)'), why: 'truncated' },
  beyond: { what: (count, first) => `${count} files of the checkout, from ${first} on by name`, why: 'truncated' },
} as const satisfies Readonly<Record<string, Left>>;

function counted(one: string, many: string, about = ''): Left['what'] {
  return (count, first) =>
    count === 1
      ? `${one} ${first} of the checkout${about}`
      : `${count} ${many} of the checkout${about}, from ${first} on`;
}

class Walk {
  readonly #root: string;
  readonly #limits: RepositoryLimits;
  readonly #files: CheckoutFile[] = [];
  readonly #left = new Map<Left, { readonly first: string; count: number }>();
  #bytes = 0;

  constructor(root: string, limits: RepositoryLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  run(): Checkout {
    this.#folder(this.#root, 0);
    const how = 'give --repo the folder with the manifests alone';
    const gaps = [...this.#left].map(([{ what, why }, { count, first }]) => ({
      wanted: what(count, neutralize(first)),
      why,
      how,
    }));
    return { files: this.#files, remotes: remotesOf(this.#root), gaps };
  }

  #folder(path: string, depth: number): void {
    if ((this.#left.get(LEFT.beyond)?.count ?? 0) >= MAX_COUNTED) return;
    const entries = entriesOf(path);
    if (entries === undefined) {
      if (depth === 0) throw new UsageError(`--repo ${path}: the folder cannot be read; check its permissions`);
      this.#leave(LEFT.unreadableFolder, path);
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(path, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
        if (depth >= this.#limits.depth) this.#leave(LEFT.deepFolder, full);
        else this.#folder(full, depth + 1);
      } else if (entry.isFile() && WANTED.test(entry.name)) this.#file(full);
    }
  }

  #file(full: string): void {
    // Those beyond are counted by their names alone.
    if (this.#files.length >= this.#limits.files || this.#bytes >= this.#limits.totalBytes) {
      this.#leave(LEFT.beyond, full);
      return;
    }
    const bytes = readWhole(full, this.#limits.fileBytes);
    if (bytes === 'too-large' || bytes === undefined) {
      this.#leave(bytes === undefined ? LEFT.unreadableFile : LEFT.large, full);
      return;
    }
    this.#bytes += bytes.length;
    const text = asText(bytes);
    if (text === undefined) this.#leave(LEFT.noText, full);
    else this.#files.push({ path: this.#name(full), text });
  }

  #leave(left: Left, full: string): void {
    const known = this.#left.get(left);
    if (known === undefined) this.#left.set(left, { first: this.#name(full), count: 1 });
    else known.count += 1;
  }

  #name(full: string): string {
    return relative(this.#root, full).split(sep).join('/');
  }
}

/** `url = …` of git's own settings; a worktree has them elsewhere, and then nothing is known. */
function remotesOf(root: string): readonly string[] {
  const bytes = readWhole(join(root, '.git', 'config'), MIB);
  const text = bytes === undefined || bytes === 'too-large' ? undefined : asText(bytes);
  const lines = (text ?? '').split('\n', 10_000);
  return lines.flatMap((line) => {
    const url = /^\s*url\s*=\s*(\S{1,500})\s*$/.exec(line)?.[1];
    return url === undefined ? [] : [url.replace(/\/\/[^/@]*@/, '//')];
  });
}

function entriesOf(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/**
 * Opened without following a link that took the file's place, or waiting for a pipe that did; what is larger than any
 * manifest is left. At once: waiting for each of many small files takes ten times as long as reading it.
 */
function readWhole(path: string, limit: number): Uint8Array | 'too-large' | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const info = fstatSync(file);
      if (!info.isFile()) return undefined;
      return info.size > limit ? 'too-large' : readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Positions must stay those of the file, so nothing is converted; a byte order mark would shift them. */
function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}
