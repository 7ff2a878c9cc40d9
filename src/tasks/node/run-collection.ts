import type { CollectionInfo, CollectionProgress } from '../../core/node/status.ts';
import type { CollectionSpec, CollectionStore } from '../../sources/node/collection-store.ts';
import type { CollectionWriter } from '../../sources/node/collection-writer.ts';

/** Gathers evidence into a collection. On a resumed one, `writer.has` tells what is there already. */
export type Collector = (
  writer: CollectionWriter,
  signal: AbortSignal,
  progress: (progress: CollectionProgress) => Promise<void>,
) => Promise<void>;

export interface RunCollectionOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CollectionProgress) => void;
}

/**
 * Runs a collector and keeps what it finds. With the token of a collection that is finished, or that another process is
 * at, nothing runs: the answer says how that one stands. What was found before an error or an abort is kept;
 * errors other than an abort are in the answer, not thrown.
 */
export async function runCollection(
  store: CollectionStore,
  spec: CollectionSpec,
  collector: Collector,
  options: RunCollectionOptions = {},
): Promise<CollectionInfo> {
  const { id, writer } = await store.begin(spec);
  if (writer !== undefined) await run(writer, collector, options);
  return store.info(id);
}

/** Goes on with a collection that was interrupted, failed or cancelled; a finished one is answered as it is. */
export async function resumeCollection(
  store: CollectionStore,
  id: string,
  collector: Collector,
  options: RunCollectionOptions = {},
): Promise<CollectionInfo> {
  const writer = await store.resume(id);
  if (writer !== undefined) await run(writer, collector, options);
  return store.info(id);
}

async function run(
  writer: CollectionWriter,
  collector: Collector,
  { signal = new AbortController().signal, onProgress }: RunCollectionOptions,
): Promise<void> {
  try {
    await collector(writer, signal, async (progress) => {
      onProgress?.(progress);
      await writer.progress(progress);
    });
    await writer.finish(writer.gaps().length === 0 ? 'complete' : 'partial');
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    await writer.finish(signal.aborted ? 'cancelled' : 'failed', problem);
  }
}
