import { z } from 'zod';
import type { ReadAnswer } from '../../../core/node/read-answer.ts';
import { nodeAnswer } from './node.ts';

/** A part of one file. */
export const read = z.strictObject({
  kind: z.literal('NodeRead'),
  path: z.string(),
  fileKind: z.string(),
  about: z
    .strictObject({ id: z.string(), line: z.number() })
    .exactOptional()
    .describe('the finding or match that was asked for, and its line'),
  lines: z.array(z.strictObject({ line: z.number().exactOptional(), offset: z.number(), text: z.string() })).readonly(),
  totalLines: z.number().exactOptional(),
  more: z.strictObject({ before: z.boolean(), after: z.boolean() }),
  cut: z.string().exactOptional().describe('less is shown than was asked for, and why'),
  ...nodeAnswer,
});

/** Kinds of files are told as they are named, whatever is added to them. */
type Told = Omit<ReadAnswer, 'fileKind'> & { readonly fileKind: string };
type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof read>, Told> = true;
void holds;
