import { z } from 'zod';
import { SEVERITIES } from '../core/cause.ts';
import { type Json, LEVELS, type Procedure } from '../core/sop/procedure.ts';
import { shapeWords } from './shape-words.ts';

/** First line of every procedure: which shape it has. */
export const FORMAT = 'pullwhy-sop/v1';

const NAME = /^[A-Za-z][\w-]{0,63}$/;

const name = z.string().regex(NAME, 'wants a name: letters, digits, - and _');
const line = z.string().trim().min(1).max(500);
const prose = z.string().trim().min(1).max(4_000);
const expression = z.string().trim().min(1).max(2_000);
const path = z.string().trim().min(1).max(500);
const lines = z.array(line).max(100).default([]);
const safety = z.enum(['green', 'yellow', 'red']);
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string().max(20_000),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(json).max(200),
    z.record(z.string(), json),
  ]),
);

const step = z
  .strictObject({
    id: name,
    title: line,
    level: z.enum(LEVELS),
    note: prose.exactOptional(),
    tool: name.exactOptional(),
    with: z.record(name, json).default({}),
    each: path.exactOptional(),
    until: z
      .strictObject({
        holds: expression,
        everySeconds: z.number().min(0.05).max(60).default(2),
        limitSeconds: z.number().min(0.05).max(1_800).default(120),
      })
      .exactOptional(),
    check: expression.exactOptional(),
    when: expression.exactOptional(),
    needs: z.array(name).max(20).default([]),
    tells: z
      .array(z.strictObject({ if: expression, say: line }))
      .max(30)
      .default([]),
    cites: z.array(path).max(10).default([]),
    stop: z
      .array(z.strictObject({ condition: line, cause: path, where: expression }))
      .max(10)
      .default([]),
    safety: safety.default('green'),
  })
  .refine(({ tool, check }) => (tool === undefined) !== (check === undefined), 'wants either tool or check')
  .refine(({ tool, each, until }) => tool !== undefined || (each ?? until) === undefined, 'each and until want a tool');

/** The shape of a procedure file. */
const file = z.strictObject({
  format: z.literal(FORMAT),
  id: name,
  title: line,
  summary: prose,
  status: z.enum(['active', 'draft', 'retired']).default('active'),
  severity: z.enum(SEVERITIES),
  owner: line,
  kubernetes: line.exactOptional(),
  aliases: lines,
  symptoms: lines,
  triggers: lines,
  signals: lines,
  unfit: lines,
  meaning: prose.exactOptional(),
  impact: prose.exactOptional(),
  inputs: z
    .array(z.strictObject({ name, about: line, required: z.boolean().default(false), else: path.exactOptional() }))
    .max(20)
    .default([]),
  phases: z
    .array(z.strictObject({ id: name, title: line, steps: z.array(step).min(1).max(60) }))
    .min(1)
    .max(12),
  conclude: z.array(path).min(1).max(10),
  escalation: z
    .array(z.strictObject({ when: line, if: expression.exactOptional(), to: line, collect: lines }))
    .max(30)
    .default([]),
  safety: z
    .array(z.strictObject({ what: line, rating: safety }))
    .max(30)
    .default([]),
  issues: z
    .array(
      z.strictObject({
        symptom: prose,
        diagnosis: prose,
        resolution: prose,
        safety: safety.default('yellow'),
        files: lines,
        verify: lines,
        causes: z.array(name).max(60).default([]),
        if: expression.exactOptional(),
      }),
    )
    .max(60)
    .default([]),
  prevention: lines,
  corrections: z.array(prose).max(40).default([]),
  related: lines,
  output: z.strictObject({ format: z.enum(['yaml', 'markdown', 'text']), template: json, none: json }),
});

export interface FormatProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type Checked =
  | { readonly ok: true; readonly procedure: Procedure }
  | { readonly ok: false; readonly problem: FormatProblem };

/** A procedure of the right shape, or the first thing that is wrong with it. What its texts refer to is not checked here. */
export function checkFormat(value: unknown): Checked {
  const parsed = file.safeParse(value);
  if (parsed.success) {
    const { format: _, ...procedure } = parsed.data;
    return { ok: true, procedure };
  }
  const [issue] = parsed.error.issues;
  return {
    ok: false,
    problem: issue === undefined ? { path: [], message: 'is no procedure' } : problemOf(issue, value),
  };
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): FormatProblem {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const [unknownKey] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  if (unknownKey !== undefined) return { path: [...path, unknownKey], message: 'there is no such field' };
  if (path.length === 0) return { path, message: `is no procedure: wants fields, the first of them format: ${FORMAT}` };
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return { path, message: inner ?? shapeWords(issue, valueAt(value, path)) };
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, part) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, part)
        ? (inside as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    value,
  );
}
