import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt } from '../core/redact.ts';
import type { Procedure } from '../core/sop/procedure.ts';
import { UsageError } from '../core/usage-error.ts';
import { MAX_FILE_CHARS, parseProcedure } from './parse-procedure.ts';

/** A procedure and where it was read. */
export interface LoadedProcedure {
  readonly procedure: Procedure;
  /** `built in`, or the file. */
  readonly origin: string;
}

export interface Library {
  readonly procedures: readonly LoadedProcedure[];
  /** One line for each file that is no procedure: `team.yaml:12: …`. */
  readonly problems: readonly string[];
}

/** More files in one folder are somebody's mistake. */
const MAX_FILES = 500;

/**
 * The procedures that come with pullwhy and those of the user's folders. A later one with the same id takes the place
 * of an earlier one; a file that cannot be read is told and left out.
 */
export async function loadProcedures(folders: readonly string[] = []): Promise<Library> {
  const builtIn = await loadBuiltIn();
  const own = await Promise.all(folders.map(loadFolder));
  const all = [builtIn, ...own];
  const byId = new Map(all.flatMap((library) => library.procedures).map((each) => [keyOf(each.procedure.id), each]));
  return { procedures: [...byId.values()], problems: all.flatMap((library) => library.problems) };
}

/** The one of this id or alias, whatever the case of its letters. */
export function findProcedure({ procedures }: Library, id: string): LoadedProcedure | undefined {
  const key = keyOf(id);
  return (
    procedures.find(({ procedure }) => keyOf(procedure.id) === key) ??
    procedures.find(({ procedure }) => procedure.aliases.some((alias) => keyOf(alias) === key))
  );
}

/** The folders of `--sop-dir`, else those of PULLWHY_SOP_DIR (several as in PATH). */
export function procedureFolders(given: readonly string[] | undefined, variable: string | undefined): string[] {
  if (given !== undefined && given.length > 0) return [...given];
  const separator = process.platform === 'win32' ? ';' : ':';
  return (variable ?? '').split(separator).filter((folder) => folder !== '');
}

function keyOf(id: string): string {
  return id.toLowerCase();
}

async function loadBuiltIn(): Promise<Library> {
  const { PROCEDURES } = await import('./builtin.gen.ts');
  return collected(PROCEDURES.map(({ file, text }) => readOne(file, text, 'built in')));
}

async function loadFolder(folder: string): Promise<Library> {
  const names = await namesIn(folder);
  const found = names.filter((name) => /\.(?:ya?ml|md)$/i.test(name) && !/^(?:readme\.md|\.)/i.test(name)).sort();
  const read = await Promise.all(found.slice(0, MAX_FILES).map((name) => loadFile(join(folder, name))));
  const library = collected(read);
  if (found.length <= MAX_FILES) return library;
  return {
    ...library,
    problems: [...library.problems, `${folder}: only the first ${MAX_FILES} of ${found.length} files were read`],
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UsageError(`no folder of procedures ${folder}: ${reasonOf(error)} (--sop-dir, PULLWHY_SOP_DIR)`);
  }
}

type ReadOne = LoadedProcedure | { readonly problem: string };

async function loadFile(file: string): Promise<ReadOne> {
  try {
    const info = await stat(file);
    // A pipe would never end.
    if (!info.isFile()) return { problem: `${file}: not a file` };
    // In bytes, so that a huge file is not even opened; the exact limit is in characters.
    if (info.size > MAX_FILE_CHARS * 4) return { problem: `${file}:1: longer than ${MAX_FILE_CHARS / 1024} KiB` };
    return readOne(file, await readFile(file, 'utf8'), file);
  } catch (error) {
    return { problem: `${file}: ${reasonOf(error)}` };
  }
}

function readOne(file: string, text: string, origin: string): ReadOne {
  const parsed = parseProcedure(text);
  if (parsed.ok) return { procedure: parsed.procedure, origin };
  return { problem: `${file}:${parsed.line}: ${parsed.message}` };
}

function collected(read: readonly ReadOne[]): Library {
  return {
    procedures: read.filter((one): one is LoadedProcedure => 'procedure' in one),
    problems: read.flatMap((one) => ('problem' in one ? [excerpt(one.problem, 500)] : [])),
  };
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'it may not be read';
  return error instanceof Error ? error.message : String(error);
}
