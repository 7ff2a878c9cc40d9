import { z } from 'zod';
import { strings } from '../parts.ts';

/** What the kubelet would make of a pull secret. */
export const pullSecret = z.strictObject({
  apiVersion: z.literal('pullwhy/v1'),
  kind: z.literal('PullSecret'),
  namespace: z.string(),
  name: z.string(),
  type: z.string().exactOptional(),
  usable: z.boolean(),
  problem: z
    .strictObject({ note: z.string(), kubeletText: z.string().exactOptional(), breaksPod: z.boolean() })
    .exactOptional(),
  entries: z
    .array(
      z.strictObject({
        host: z.string(),
        user: z.string().exactOptional(),
        userKind: z.string(),
        expiresAt: z.string().exactOptional(),
        expired: z.boolean().exactOptional(),
        hints: strings,
      }),
    )
    .readonly(),
  images: z
    .array(
      z.strictObject({
        image: z.string(),
        offered: strings.describe('hosts of the entries that the kubelet would try, in its order'),
        unused: z
          .array(z.strictObject({ host: z.string(), why: z.string(), wouldMatch: z.string().exactOptional() }))
          .readonly(),
        problem: z.string().exactOptional(),
      }),
    )
    .readonly(),
  fix: z.strictObject({ commands: strings, note: z.string() }).exactOptional(),
});
