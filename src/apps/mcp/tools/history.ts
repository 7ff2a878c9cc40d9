import { z } from 'zod';
import { pageOf } from '../../../core/node/page.ts';
import { printable } from '../../../core/printable.ts';
import { BundleFolder } from '../../../sources/node/bundle-folder.ts';
import { nodeHistory } from '../../../tasks/node/history.ts';
import { collectionInfo } from '../answers/node.ts';
import type { ToolContext } from '../context.ts';
import { storeOf } from '../node-evidence.ts';
import { coverage, gaps, input, nextPageToken, number } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const history = defineTool({
  name: 'history',
  title: 'Collections on this machine',
  description:
    'What was collected of which node and when, newest first, with ids that errors, search, compare_nodes and the diagnostics accept as executionId; and the bundles that collect can bring in. Nothing is removed.',
  input: z.strictObject({
    node: input.name.optional().describe('name or instance id: only its collections'),
    instanceId: input.name.optional().describe('the same as node'),
    limit: input.limit(200, 20),
    pageToken: input.pageToken,
  }),
  output: z.strictObject({
    collections: z.array(collectionInfo).readonly(),
    total: z.number(),
    bytes: z.number(),
    nextPageToken,
    bundles: z
      .array(
        z.strictObject({ name: z.string(), kind: z.enum(['file', 'folder']), bytes: number, modifiedAt: z.string() }),
      )
      .readonly()
      .exactOptional()
      .describe('in the --bundles folder of the server, newest first: collect with bundle=NAME brings one in'),
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 20_000,
  async run({ node, instanceId, limit, pageToken }, context) {
    const name = node ?? instanceId;
    const { collections, bytes } = await nodeHistory(storeOf(context), name === undefined ? {} : { node: name });
    const ids = collections.map(({ id }) => id);
    const { items, nextPage } = pageOf(collections, { limit, token: pageToken, question: ids.join() });
    return {
      collections: items,
      total: collections.length,
      bytes,
      ...(nextPage === undefined ? {} : { nextPageToken: nextPage }),
      coverage: { read: ['the store of collections'], skipped: [] },
      ...(await bundlesOf(context)),
    };
  },
  text: ({ collections, total, bundles = [] }) =>
    [
      `${total} collections`,
      ...collections.map(
        ({ id, state, nodes, origin, startedAt, files }) =>
          `${id}  ${state}  ${nodes.join(', ')}  ${origin}, ${files} files, ${startedAt}`,
      ),
      ...bundles.map(({ name, kind, bytes }) => `bundle ${name}  ${bytes === undefined ? kind : `${bytes} bytes`}`),
    ].join('\n'),
});

/** The folder may be gone since the server was started: that hides no collection. */
async function bundlesOf({ settings: { bundles } }: ToolContext) {
  if (bundles === undefined) return { gaps: [] };
  try {
    return { bundles: printable(await new BundleFolder(bundles).list()), gaps: [] };
  } catch {
    return {
      gaps: [{ what: 'the bundles', why: 'unreadable' as const, how: 'is the folder of --bundles still there?' }],
    };
  }
}
