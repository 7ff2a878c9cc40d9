import { z } from 'zod';
import type { SummaryAnswer } from '../../../core/node/summary-answer.ts';
import { reportSchema } from '../../../render/report-schema.ts';
import { strings, text, verdict } from '../parts.ts';
import { finding, logLine, nodeAnswer } from './node.ts';

const { cause, remedies, verify, escalate } = reportSchema.shape.incidents.unwrap().element.shape;

/** What findings come to. */
export const summary = z.strictObject({
  kind: z.literal('NodeSummary'),
  statement: z.string().describe('every id in it is of findings'),
  confidence: z.union([verdict, z.literal('unknown')]),
  rootCauses: z
    .array(
      z.strictObject({
        cause: cause.omit({ link: true }),
        verdict,
        statement: z.string(),
        findings: strings.describe('those that it explains'),
        evidence: z.array(z.strictObject({ id: z.string(), locator: z.string(), excerpt: z.string() })).readonly(),
        toDecide: text,
        pods: strings,
        images: strings,
        remedies,
        verify,
        prevention: strings,
        escalate,
      }),
    )
    .readonly(),
  checks: z
    .array(
      z.strictObject({
        check: z.enum(['RUNTIME_RUNNING', 'IMAGE_FOUND', 'DISK_HAS_ROOM']),
        answer: z.enum(['yes', 'no', 'unknown']),
        because: z.string(),
      }),
    )
    .readonly()
    .describe('what must hold before the image itself is looked into'),
  findings: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        line: logLine,
        count: z.number().exactOptional(),
        cause: finding.shape.cause,
        usual: text,
      }),
    )
    .readonly(),
  unresolvedFindingIds: strings.describe('ids that name nothing in this collection'),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof summary>, SummaryAnswer> = true;
void holds;
