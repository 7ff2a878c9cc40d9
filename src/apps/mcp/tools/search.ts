import { z } from 'zod';
import { LOG_TYPES } from '../../../nodelogs/search/select-files.ts';
import { nodeSearch, SEARCH_BUDGET } from '../../../tasks/node/search.ts';
import { told } from '../answers/node.ts';
import { search as answer } from '../answers/search.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { input } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

const words = z.union([z.string().max(500), z.array(z.string().max(200)).max(20)]);

export const search = defineTool({
  name: 'search',
  title: 'Search the files of a node',
  description: `Lines of the collected files of a node that fit: words, alternatives a|b, or a regular expression (RE2: no backreferences). All times of the collection by default; numbers such as 401|403 are taken as HTTP statuses. No match is not "there is none": read related, seeAlso and coverage. Match ids S-001… are accepted by summarize and read. logTypes: ${Object.keys(LOG_TYPES).join(', ')}. Needs collect first.`,
  input: z.strictObject({
    ...evidenceInput,
    query: z.string().min(1).max(2_000),
    logTypes: words.optional().describe('one, several separated by commas, or a list; left out: all files'),
    files: words.optional().describe('paths inside of the collection: kubelet/*.log'),
    fixed: z.boolean().default(false).describe('no character of the query is special'),
    caseSensitive: z.boolean().default(false),
    since: z.string().max(40).optional().describe('RFC 3339, or 30m before the newest line'),
    until: z.string().max(40).optional(),
    context: z.int().min(0).max(20).default(0).describe('lines around each match'),
    limit: input.limit(500, 50),
    pageToken: input.pageToken,
  }),
  output: answer,
  hints: READS_LOCAL,
  deadlineMs: 60_000,
  async run({ node, instanceId, executionId, logTypes, files, since, until, pageToken, ...question }, context) {
    const bundle = await openEvidence({ node, instanceId, executionId }, context);
    const found = await nodeSearch([bundle], {
      ...question,
      ...(logTypes === undefined ? {} : { logTypes: listed(logTypes) }),
      ...(files === undefined ? {} : { files: listed(files) }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(pageToken === undefined ? {} : { page: pageToken }),
      budget: { ...SEARCH_BUDGET, signal: context.signal },
    });
    return told(found);
  },
  text: ({ matches, total, query, related, seeAlso, coverage, gaps }) =>
    [
      `${total} lines fit ${query.text}${query.note === undefined ? '' : ` (${query.note})`}`,
      ...matches.map(({ id, path, line, text }) => `${id} ${path}:${line}: ${text}`),
      ...related.map(({ about, says }) => `${about}: ${says}`),
      ...seeAlso.map(({ id, title, count }) => `see also ${id}: ${title} (${count} lines)`),
      ...coverage.unread.map(({ path, why }) => `not read: ${path}: ${why}`),
      ...gaps.map(({ what, why }) => `not known: ${what}: ${why}`),
    ].join('\n'),
});

function listed(given: string | readonly string[]): readonly string[] {
  const all = typeof given === 'string' ? given.split(',') : given;
  return all.map((each) => each.trim()).filter(Boolean);
}
