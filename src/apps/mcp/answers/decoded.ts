import { z } from 'zod';
import { LINKS } from '../../../core/pull-chain.ts';
import { verdict } from '../parts.ts';

/** What one text alone supports. */
export const decoded = z.strictObject({
  id: z.string().exactOptional(),
  cause: z.string(),
  verdict,
  candidates: z.array(z.strictObject({ cause: z.string(), verdict, why: z.string() })).readonly(),
  statement: z.string(),
  stage: z.string(),
  link: z.union([z.enum(LINKS), z.literal('none')]),
  runtime: z.string().nullable(),
  image: z
    .strictObject({
      raw: z.string(),
      domain: z.string().exactOptional(),
      path: z.string().exactOptional(),
      tag: z.string().exactOptional(),
      digest: z.string().exactOptional(),
    })
    .nullable(),
  host: z.string().nullable().describe('the host that failed'),
  http: z
    .strictObject({ method: z.string().nullable(), url: z.string().nullable(), status: z.number().nullable() })
    .nullable(),
  misleading: z.string().nullable().describe('what the text seems to say and does not prove'),
  toDecide: z.string().nullable(),
});
