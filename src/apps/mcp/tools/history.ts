import { z } from 'zod';
import { nodeHistory } from '../../../tasks/node/history.ts';
import { collectionInfo } from '../answers/node.ts';
import { storeOf } from '../node-evidence.ts';
import { coverage, gaps, input } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const history = defineTool({
  name: 'history',
  title: 'Collections on this machine',
  description:
    'What was collected of which node and when, newest first, with ids that errors, search, compare_nodes and the diagnostics accept as executionId. Nothing is removed.',
  input: z.strictObject({
    node: input.name.optional().describe('name or instance id: only its collections'),
    instanceId: input.name.optional().describe('the same as node'),
    limit: input.limit(200, 20),
  }),
  output: z.strictObject({
    collections: z.array(collectionInfo).readonly(),
    total: z.number(),
    bytes: z.number(),
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 20_000,
  async run({ node, instanceId, limit }, context) {
    const name = node ?? instanceId;
    const { collections, bytes } = await nodeHistory(storeOf(context), name === undefined ? {} : { node: name });
    const left = collections.length - limit;
    return {
      collections: collections.slice(0, limit),
      total: collections.length,
      bytes,
      coverage: {
        read: ['the store of collections'],
        skipped: left > 0 ? [`${left} older collections: raise limit`] : [],
      },
      gaps: [],
    };
  },
  text: ({ collections, total }) =>
    [
      `${total} collections`,
      ...collections.map(
        ({ id, state, nodes, origin, startedAt, files }) =>
          `${id}  ${state}  ${nodes.join(', ')}  ${origin}, ${files} files, ${startedAt}`,
      ),
    ].join('\n'),
});
