import { z } from 'zod';
import { nodeRead } from '../../../tasks/node/read.ts';
import { read as answer } from '../answers/read.ts';
import type { ToolContext } from '../context.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { reportPart } from '../resources/report-part.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const REPORT = 'pullwhy://report/';
const BUDGET = { bytes: 64 * 1024 ** 3, milliseconds: 60_000 };

export const read = defineTool({
  name: 'read',
  title: 'Read a piece of evidence',
  description:
    'Lines of a collected file by its path (places in findings name it), or the lines around a finding or match: path=F-001, path=S-001. Also what an evidence id of a report stands for: path=pullwhy://report/{reportId}/{incidentId}/E1. Secret values are removed.',
  input: z.strictObject({
    ...evidenceInput,
    path: z.string().min(1).max(1_000).describe('path, the end of one, F-001, S-001, or pullwhy://report/…'),
    lines: z.string().max(40).optional().describe('100-150, 100, or -50 for the last fifty'),
    bytes: z.string().max(40).optional().describe('the same in bytes'),
    context: z.int().min(0).max(200).optional().describe('lines around a finding; 10 when left out'),
  }),
  output: answer,
  hints: READS_LOCAL,
  deadlineMs: 60_000,
  async run({ path, lines, bytes, context: around, ...which }, context) {
    if (path.startsWith(REPORT)) return ofReport(path, context);
    const bundle = await openEvidence(which, context);
    return nodeRead(bundle, {
      path,
      ...(lines === undefined ? {} : { lines }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(around === undefined ? {} : { context: around }),
      budget: { ...BUDGET, signal: context.signal },
    });
  },
  text: ({ path, about, lines, more, cut }) =>
    [
      `${path}${about === undefined ? '' : `, ${about.id} is line ${about.line}`}${more.before ? ' (there is more before)' : ''}`,
      ...lines.map(({ line, text }) => (line === undefined ? text : `${line}: ${text}`)),
      ...(more.after ? ['(there is more after)'] : []),
      ...(cut === undefined ? [] : [`cut: ${cut}`]),
    ].join('\n'),
});

/** A part of a report of this server, as lines. */
function ofReport(path: string, { reports }: ToolContext): z.output<typeof answer> {
  const [id = '', ...rest] = path.slice(REPORT.length).split('/');
  const part = reportPart(reports, [id, ...rest]);
  if (part === undefined) {
    throw new ToolFailure('not_found', `there is no ${path}`, {
      near: reports
        .list()
        .map((each) => `${REPORT}${each.id}`)
        .slice(0, 5),
      next: ['reports of this server live as long as it does, the last 20: call diagnose again for a new one'],
    });
  }
  const text = JSON.stringify(part, null, 2);
  return {
    kind: 'NodeRead',
    collection: id,
    nodes: [],
    path,
    fileKind: 'report',
    lines: linesOf(text),
    more: { before: false, after: false },
    coverage: { filesTotal: 1, filesRead: 1, bytesRead: text.length, unread: [] },
    gaps: [],
  };
}

function linesOf(text: string): { line: number; offset: number; text: string }[] {
  let offset = 0;
  return text.split('\n').map((line, index) => {
    const at = offset;
    offset += line.length + 1;
    return { line: index + 1, offset: at, text: line };
  });
}
