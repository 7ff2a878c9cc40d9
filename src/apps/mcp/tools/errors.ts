import { z } from 'zod';
import { errorsText } from '../../../render/node/errors.ts';
import { nodeErrors } from '../../../tasks/node/errors.ts';
import { errors as answer, severity, told } from '../answers/node.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { input } from '../parts.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const errors = defineTool({
  name: 'errors',
  title: 'Findings in the logs of a node',
  description:
    'What the collected logs of a node tell of themselves: findings F-001… by pattern, counted, with the newest line, places, times, and the cause that the line decodes to. Worst and newest first; lines that healthy nodes log too are marked usual. Needs collect first. Give ids to summarize; read shows the lines around one.',
  input: z.strictObject({
    ...evidenceInput,
    severity: severity.optional().describe('this one and what is worse'),
    pattern: z.string().max(100).optional().describe('one pattern (no-space) or one cause id'),
    hideUsual: z.boolean().default(false),
    limit: input.limit(500, 50),
    pageToken: input.pageToken,
  }),
  output: answer,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run({ severity: least, pattern, hideUsual, limit, pageToken, ...which }, context) {
    const bundle = await openEvidence(which, context);
    const found = await nodeErrors(bundle, {
      limit,
      ...(least === undefined ? {} : { severity: least }),
      ...(pattern === undefined ? {} : { pattern }),
      ...(hideUsual ? { hideUsual } : {}),
      ...(pageToken === undefined ? {} : { page: pageToken }),
    });
    return told(found);
  },
  text: (found) => errorsText(found, PLAIN_TEXT),
});
