import type { Command } from 'commander';
import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Library, LoadedProcedure } from '../../sop/load.ts';
import { formatOption } from './value-options.ts';

/** Where procedures are looked for. */
export interface SopFlags {
  readonly sopDir?: readonly string[];
  readonly output: string;
  readonly color: boolean;
}

export function sopOptions(command: Command, formats?: readonly string[]): Command {
  return command
    .option(
      '--sop-dir <dir...>',
      'folder of your own procedures, beside those that come with pullwhy (PULLWHY_SOP_DIR)',
    )
    .addOption(formatOption(formats))
    .option('--no-color', 'no colour (NO_COLOR works as well)');
}

/** All procedures. Files that are none are told on standard error, one line each; the others still count. */
export async function openLibrary({ sopDir }: SopFlags): Promise<Library> {
  const { loadProcedures, procedureFolders } = await import('../../sop/load.ts');
  const library = await loadProcedures(procedureFolders(sopDir, process.env.PULLWHY_SOP_DIR));
  for (const problem of library.problems) process.stderr.write(`pullwhy: ${problem}\n`);
  return library;
}

export async function procedureNamed(id: string, flags: SopFlags): Promise<LoadedProcedure> {
  const library = await openLibrary(flags);
  const { findProcedure } = await import('../../sop/load.ts');
  const found = findProcedure(library, id);
  if (found !== undefined) return found;
  const ids = library.procedures.map(({ procedure }) => procedure.id);
  throw new UsageError(`no procedure ${id}${didYouMean(id, ids)}: pullwhy sop list shows them`);
}
