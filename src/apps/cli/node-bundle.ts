import { type Command, Option } from 'commander';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { print } from './output.ts';
import { withFileProgress } from './progress-line.ts';
import { formatOption } from './value-options.ts';

/** Options of all `pullwhy node …` commands that read evidence. */
export interface NodeFlags {
  readonly from?: readonly string[];
  readonly store?: string;
  readonly output: string;
  readonly color: boolean;
  readonly verbose?: boolean;
}

export function storeOption(): Option {
  return new Option('--store <dir>', 'where collections are kept (default: the state folder of the user)');
}

/** `[node]`, or `[node...]` where several are taken, and the shared options. */
export function nodeOptions(
  command: Command,
  { several = false, formats }: { readonly several?: boolean; readonly formats?: readonly string[] } = {},
): Command {
  return command
    .argument(
      several ? '[node...]' : '[node]',
      'node name, EC2 instance id or collection id: what was collected of it last (need not be said of the only one)',
    )
    .option('--from <path...>', 'evidence on disk: folder, log file, archive of a log collector; or a collection id')
    .addOption(storeOption())
    .addOption(formatOption(formats))
    .option('--no-color', 'no colour (NO_COLOR works as well)');
}

export async function openStore({ store }: Pick<NodeFlags, 'store'>): Promise<CollectionStore> {
  const { CollectionStore } = await import('../../sources/node/collection-store.ts');
  return store === undefined ? new CollectionStore() : new CollectionStore(store);
}

/** The evidence that a command is about, as one bundle. */
export async function openForCommand(
  node: string | undefined,
  flags: NodeFlags,
  signal?: AbortSignal,
): Promise<NodeBundle> {
  const store = await openStore(flags);
  const { mergeBundles } = await import('../../sources/node/open-bundle.ts');
  return mergeBundles(await openAll(node === undefined ? [] : [node], flags, store, signal), store);
}

/** One bundle for each node and each path. */
export async function openManyForCommand(
  nodes: readonly string[],
  flags: NodeFlags,
  signal?: AbortSignal,
): Promise<NodeBundle[]> {
  return openAll(nodes, flags, await openStore(flags), signal);
}

async function openAll(
  nodes: readonly string[],
  { from = [] }: NodeFlags,
  store: CollectionStore,
  signal: AbortSignal | undefined,
): Promise<NodeBundle[]> {
  const named = await namedOrOnly(nodes, from, store);
  const { openBundles, openCollected } = await import('../../sources/node/open-bundle.ts');
  const options = { store, ...(signal === undefined ? {} : { signal }) };
  if (from.length === 0) return Promise.all(named.map((node) => openCollected(node, options)));
  return withFileProgress('unpacking', (onProgress) => openBundles(from, { ...options, onProgress }));
}

/** The nodes that were named; where nothing is, the only one that was ever collected. */
async function namedOrOnly(
  nodes: readonly string[],
  from: readonly string[],
  store: CollectionStore,
): Promise<readonly string[]> {
  if (nodes.length > 0 && from.length > 0)
    throw new UsageError('name a node, or give --from with what is on disk, not both');
  if (nodes.length + from.length > 0) return nodes;
  const known = await collectedNames(store);
  if (known.length !== 1) throw new UsageError(`which node? ${choices(known)}`);
  return known;
}

/** What can be named: nodes, and the ids of collections that name none. */
async function collectedNames(store: CollectionStore): Promise<readonly string[]> {
  return [...new Set((await store.list()).flatMap(({ id, nodes }) => (nodes.length === 0 ? [id] : nodes)))];
}

const MAX_CHOICES = 5;

/** What can be named, so that the next try is right. */
function choices(names: readonly string[]): string {
  if (names.length === 0)
    return 'nothing was collected yet: pullwhy node collect NODE does, pullwhy node import PATH brings in an archive; or give --from PATH';
  const more = names.length > MAX_CHOICES ? ` and ${names.length - MAX_CHOICES} more (pullwhy node history)` : '';
  return `name one that was collected: ${names.slice(0, MAX_CHOICES).join(', ')}${more}; or give --from PATH`;
}

/** Prints an answer as it is for scripts, or as the given text. */
export async function printAnswer<T>(answer: T, { output }: NodeFlags, text: (answer: T) => string): Promise<void> {
  const { renderAnswer } = await import('../../render/node/answer.ts');
  await print(await renderAnswer(answer, output, text));
}
