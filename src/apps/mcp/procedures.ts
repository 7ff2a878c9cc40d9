import { nearest } from '../../core/nearest.ts';
import { findProcedure, type Library, type LoadedProcedure, loadProcedures, procedureFolders } from '../../sop/load.ts';
import type { Settings } from './settings.ts';
import { ToolFailure } from './tool-failure.ts';

/** Procedures that come with pullwhy and those of the user's folders. */
export async function proceduresOf({ sopFolders }: Settings): Promise<Library> {
  return loadProcedures(procedureFolders(sopFolders, process.env.PULLWHY_SOP_DIR));
}

/** One of them by id or alias. Throws `ToolFailure` with near names. */
export async function procedureNamed(id: string, settings: Settings): Promise<LoadedProcedure> {
  const library = await proceduresOf(settings);
  const found = findProcedure(library, id);
  if (found !== undefined) return found;
  const known = library.procedures.flatMap(({ procedure }) => [procedure.id, ...procedure.aliases]);
  throw new ToolFailure('not_found', `there is no procedure ${id}`, {
    near: nearest(id, known),
    next: ['list_sops lists them'],
  });
}
