import { z } from 'zod';
import { NETWORK_SECTIONS } from '../../../core/node/network-answer.ts';
import { nodeNetwork } from '../../../tasks/node/network.ts';
import { network } from '../answers/network.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const networkDiagnostics = defineTool({
  name: 'network_diagnostics',
  title: 'The way from a node to its registries',
  description: `DNS, proxy, mirrors (which hosts the runtime asks for an image, in order), routes, MTU, conntrack, IMDS, clock of a collected node. sections limits the look: ${NETWORK_SECTIONS.join(', ')}; only those are judged. unknown means not collected, never healthy. Needs collect first.`,
  input: z.strictObject({
    ...evidenceInput,
    sections: z
      .union([z.string().max(200), z.array(z.string().max(40)).max(20)])
      .optional()
      .describe('one, several separated by commas, or a list; left out: all'),
    images: z.array(z.string().min(1).max(1_000)).max(20).default([]).describe('images whose way is judged'),
  }),
  output: network,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run({ sections, images, ...which }, context) {
    const bundle = await openEvidence(which, context);
    return nodeNetwork(bundle, {
      now: context.now(),
      signal: context.signal,
      images,
      ...(sections === undefined ? {} : { sections: typeof sections === 'string' ? [sections] : sections }),
    });
  },
  text: ({ perNode, gaps }) =>
    [
      ...perNode.flatMap(({ node = 'node', sections, chains }) => [
        `${node}:`,
        ...sections.flatMap(({ name, state, summary, problems }) => [
          `  ${name}: ${state}: ${summary}`,
          ...problems.map(({ code, title, next = '' }) => `    ${code}: ${title} ${next}`.trimEnd()),
        ]),
        ...chains.map(
          ({ image, steps, refused }) => `  ${image}: ${refused ?? steps.map(({ url }) => url).join(' then ')}`,
        ),
      ]),
      ...gaps.map(({ what, why }) => `not known: ${what}: ${why}`),
    ].join('\n'),
});
