import { z } from 'zod';
import { NETWORK_SECTIONS, type NetworkAnswer } from '../../../core/node/network-answer.ts';
import { gaps, strings, text } from '../parts.ts';
import { nodeAnswer, nodeProblem } from './node.ts';

const name = z.enum(NETWORK_SECTIONS);
const problems = z.array(nodeProblem).readonly();
const notes = z.array(z.strictObject({ path: z.string(), why: z.string() })).readonly();

const step = z.strictObject({
  role: z.enum(['mirror', 'registry']),
  url: z.string(),
  host: z.string(),
  capabilities: strings,
  skipped: text,
  skipVerify: z.boolean(),
  authorities: strings,
  clientCertificates: strings,
  namespace: text,
  notes: strings,
});

/** The way from the nodes to the registries in question. */
export const network = z.strictObject({
  kind: z.literal('NodeNetwork'),
  asked: z.array(name).readonly(),
  perNode: z
    .array(
      z.strictObject({
        node: text,
        targets: z.array(z.strictObject({ image: z.string(), host: z.string(), from: z.string() })).readonly(),
        sections: z
          .array(
            z.strictObject({
              name,
              state: z.enum(['ok', 'problem', 'unknown']),
              summary: z.string(),
              facts: strings,
              problems,
            }),
          )
          .readonly(),
        chains: z
          .array(
            z.strictObject({
              image: z.string(),
              host: z.string(),
              runtime: z.enum(['containerd', 'cri-o', 'docker']),
              steps: z.array(step).readonly(),
              refused: text,
              certainty: z.enum(['known', 'partly', 'unknown']),
              decidedBy: notes,
              ignored: notes,
              gaps,
            }),
          )
          .readonly(),
        problems,
        gaps,
      }),
    )
    .readonly(),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof network>, NetworkAnswer> = true;
void holds;
