import { z } from 'zod';
import { nodeComparison } from '../../../tasks/node/compare.ts';
import { comparison } from '../answers/comparison.ts';
import { openEvidence } from '../node-evidence.ts';
import { input } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const MOST = 10;
const BUDGET = { bytes: 4 * 1024 ** 3, milliseconds: 90_000 };
const names = z.array(input.name).max(MOST).default([]);

export const compareNodes = defineTool({
  name: 'compare_nodes',
  title: 'Compare nodes',
  description:
    'Two to ten collected nodes side by side: findings that all have, findings of some (with the nodes that surely have none, and those that cannot be told), and settings that differ (resolver, proxy, mirrors, versions). reach says whether it is node-local or cluster-wide. Collect the failing node and a healthy one first.',
  input: z.strictObject({
    nodes: names.describe('names of nodes'),
    instanceIds: names.describe('EC2 instance ids, instead of names'),
    executionIds: names.describe('collections, instead of nodes: two of one node show before and after'),
  }),
  output: comparison,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run({ nodes, instanceIds, executionIds }, context) {
    const wanted = [
      ...nodes.map((node) => ({ node })),
      ...instanceIds.map((instanceId) => ({ instanceId })),
      ...executionIds.map((executionId) => ({ executionId })),
    ];
    if (wanted.length < 2 || wanted.length > MOST)
      throw new ToolFailure('invalid_input', `${wanted.length} nodes: compare_nodes takes two to ${MOST}`, {
        next: [
          'give at least two of nodes, instanceIds or executionIds; collect failing=2 gathers a failing and a healthy node',
        ],
      });
    const bundles = await Promise.all(wanted.map((which) => openEvidence(which, context)));
    return nodeComparison(bundles, { signal: context.signal, budget: { ...BUDGET, signal: context.signal } });
  },
  text: ({ reach, common, unique, undecided, differences, notCompared }) =>
    [
      `${reach.is}: ${reach.statement}`,
      ...unique.map(
        ({ title, on, notOn }) =>
          `only on ${on.map(({ node, id }) => `${node} (${id})`).join(', ')}, not on ${notOn.join(', ')}: ${title}`,
      ),
      ...common.map(({ title, on }) => `on all: ${title} (${on.map(({ id }) => id).join(', ')})`),
      ...undecided.map(({ title, unknownOn }) => `cannot be told of ${unknownOn.join(', ')}: ${title}`),
      ...differences.map(
        ({ topic, values }) => `differs: ${topic}: ${values.map(({ node, value }) => `${node}=${value}`).join('; ')}`,
      ),
      ...notCompared.map(({ topic, missingOn }) => `not compared: ${topic} (missing on ${missingOn.join(', ')})`),
    ].join('\n'),
});
