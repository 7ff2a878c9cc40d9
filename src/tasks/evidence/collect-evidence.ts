import type { NodeBundle } from '../../core/node/bundle.ts';
import { type CollectionStore, isCollectionId } from '../../sources/node/collection-store.ts';
import type { CollectionWriter } from '../../sources/node/collection-writer.ts';
import { importPath } from '../../sources/node/import-path.ts';
import { openBundles } from '../../sources/node/open-bundle.ts';

/** Brings what lies at several places into the store as one collection, once; returns its id. */
export async function collectEvidence(paths: readonly string[], store: CollectionStore): Promise<string> {
  const [only, ...more] = paths;
  if (only !== undefined && more.length === 0) return collectOne(only, store);
  const bundles = await openBundles(paths, { store });
  const { id, writer } = await store.begin(
    { origin: 'files', source: paths.join(', '), token: tokenOf(bundles) },
    { syncEach: false },
  );
  if (writer === undefined) await store.settled(id);
  else await fill(writer, bundles);
  return id;
}

/** What is a collection already stays that one. */
async function collectOne(path: string, store: CollectionStore): Promise<string> {
  return isCollectionId(path) ? (await store.info(path)).id : importPath(path, store);
}

/** The same for the same content, as far as names, sizes and times tell. */
function tokenOf(bundles: readonly NodeBundle[]): string {
  const files = bundles.flatMap((bundle) => bundle.files);
  return `evidence ${JSON.stringify(files.map(({ diskPath, path, size, modifiedAt }) => [diskPath ?? path, size, modifiedAt]))}`;
}

async function fill(writer: CollectionWriter, bundles: readonly NodeBundle[]): Promise<void> {
  try {
    await writer.startOver();
    for (const { files, gaps } of bundles) {
      for (const gap of gaps) await writer.addGap(gap);
      for (const file of files) {
        const { path, kind, node, modifiedAt } = file;
        // Files of one name at two places are two files.
        await writer.addFile(path, file.read(), {
          kind,
          beside: true,
          ...(node === undefined ? {} : { node }),
          ...(modifiedAt === undefined ? {} : { modifiedAt }),
        });
      }
    }
    await writer.finish('complete');
  } catch (error) {
    await writer.finish('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}
