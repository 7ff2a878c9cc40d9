import { z } from 'zod';
import type { StorageAnswer } from '../../../core/node/storage-answer.ts';
import { gaps, strings, text } from '../parts.ts';
import { logLine, nodeAnswer, nodeProblem } from './node.ts';

const room = z
  .strictObject({ total: z.number(), available: z.number(), usedPercent: z.number(), from: logLine })
  .exactOptional();

/** Is there room for images. */
export const storage = z.strictObject({
  kind: z.literal('NodeStorage'),
  perNode: z
    .array(
      z.strictObject({
        node: text,
        state: z
          .enum(['full', 'read-only', 'failing', 'near-full', 'ok', 'unknown'])
          .describe('unknown: nothing that could tell was collected; it is not ok'),
        summary: z.string(),
        imageRoot: z.strictObject({ path: z.string(), because: z.string() }),
        filesystems: z
          .array(
            z.strictObject({
              mount: z.string(),
              holds: strings,
              source: text,
              type: text,
              bytes: room,
              inodes: room,
              readOnly: z.boolean().exactOptional(),
            }),
          )
          .readonly(),
        garbageCollection: z.strictObject({
          highPercent: z.number(),
          lowPercent: z.number(),
          thresholdsFrom: z.enum(['kubelet settings', 'default']),
          minimumAge: text,
          removals: z.number(),
          failures: z.number(),
          evictions: z.number(),
        }),
        problems: z.array(nodeProblem).readonly(),
        gaps,
      }),
    )
    .readonly(),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof storage>, StorageAnswer> = true;
void holds;
