import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_SETTINGS } from '../src/apps/mcp/settings.ts';
import type { Tool } from '../src/apps/mcp/tool.ts';
import { TOOL_NAMES, toolNamed } from '../src/apps/mcp/tools/all.ts';
import { CAUSES } from '../src/causes/index.gen.ts';
import type { Json, Procedure, Step } from '../src/core/sop/procedure.ts';
import { renderProcedure } from '../src/render/sop-page.ts';
import { parseExpression, parsePath, pathsOf } from '../src/sop/expression/parse.ts';
import { EVERY, type Path } from '../src/sop/expression/syntax.ts';
import { parseProcedure } from '../src/sop/parse-procedure.ts';
import { onlyPlaceholder, placeholdersIn, replacePlaceholders, textsOf } from '../src/sop/placeholders.ts';

const OPTIONS = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false } as const;

const procedures = readdirSync('sop')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, parsed: parseProcedure(readFileSync(join('sop', name), 'utf8')) }))
  .map(({ name, parsed }) => {
    if (!parsed.ok) throw new Error(`${name}:${parsed.line}: ${parsed.message}`);
    return parsed.procedure;
  });

const tools = new Map<string, Tool>();
for (const name of TOOL_NAMES) tools.set(name, await toolNamed(name, DEFAULT_SETTINGS));

const stepsOf = ({ phases }: Procedure): Step[] => phases.flatMap(({ steps }) => steps);
const calls = procedures.flatMap((procedure) =>
  stepsOf(procedure).flatMap((step) =>
    step.tool === undefined ? [] : [{ where: `${procedure.id} ${step.id}`, step, tool: step.tool }],
  ),
);

describe('the procedures that come with pullwhy', () => {
  it.each(calls)('$where calls a tool that exists, with arguments that it takes', ({ step, tool }) => {
    const found = tools.get(tool);
    expect(found, `there is no tool ${tool}`).toBeDefined();
    expect(found?.input.safeParse(sampled(step.with)).error?.issues).toBeUndefined();
  });

  it.each(procedures)('$id only reads fields that the answers have', (procedure) => {
    const wrong = pathsIn(procedure).filter((path) => !isInAnswer(path, procedure));
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });

  it.each(procedures)('$id names only causes of the catalogue', (procedure) => {
    const known = new Set(CAUSES.map(({ id }) => id));
    const named = [
      ...procedure.issues.flatMap(({ causes }) => causes),
      ...[...JSON.stringify(procedure).matchAll(/it\.cause\.id (?:in \[([^\]]*)\]|== '([^']*)')/g)].flatMap(
        ([, list = '', one]) =>
          one === undefined ? [...list.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '') : [one],
      ),
    ];
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it.each(procedures)('$id changes nothing, and has steps that must be done', (procedure) => {
    expect(stepsOf(procedure).filter(({ safety }) => safety !== 'green')).toEqual([]);
    expect(stepsOf(procedure).some(({ level }) => level === 'must')).toBe(true);
    for (const { step, tool } of calls) expect(tools.get(tool)?.hints.destructive, step.id).toBe(false);
  });

  it('is printed for people', async () => {
    const c1 = procedures.find(({ id }) => id === 'C1');
    if (c1 === undefined) throw new Error('no C1');
    await expect(await renderProcedure(c1, 'built in', 'text', OPTIONS)).toMatchFileSnapshot('golden/sop-get-C1.txt');
  });
});

/** The arguments as a run might fill them in: a list where a list is put, else a word. */
function sampled(value: Json): Json {
  if (typeof value === 'string') {
    const whole = onlyPlaceholder(value);
    if (whole?.path.rest.includes(EVERY) === true) return ['sample'];
    return replacePlaceholders(value, () => 'sample');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => sampled(each));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sampled(inner)]));
}

/** Every path that starts at a step. */
function pathsIn(procedure: Procedure): Path[] {
  const steps = stepsOf(procedure);
  const expressions = [
    ...steps.flatMap(({ check, when, until, tells }) => [
      check,
      when,
      until?.holds,
      ...tells.map((telling) => telling.if),
    ]),
    ...procedure.escalation.map((rule) => rule.if),
    ...procedure.issues.map((issue) => issue.if),
  ].flatMap((text) => (text === undefined ? [] : pathsOf(parseExpression(text))));
  const plain = [
    ...steps.flatMap(({ cites, each, stop }) => [
      ...cites,
      ...(each === undefined ? [] : [each]),
      ...stop.map(({ cause }) => cause),
    ]),
    ...procedure.inputs.flatMap((input) => input.else ?? []),
    ...procedure.conclude,
  ].map(parsePath);
  const texts = [
    ...steps.flatMap((step) => [...textsOf(step.with), ...step.tells.flatMap(({ say }) => textsOf(say))]),
    ...textsOf(procedure.output.template),
    ...textsOf(procedure.output.none),
  ].flatMap(([, text]) => placeholdersIn(text).map(({ path }) => path));
  return [...expressions, ...plain, ...texts].filter(({ root }) => steps.some(({ id }) => id === root));
}

type Schema = { readonly [key: string]: unknown };

function isInAnswer({ root, rest }: Path, procedure: Procedure): boolean {
  const step = stepsOf(procedure).find(({ id }) => id === root);
  if (step?.tool === undefined) return rest.join() === '' || rest.join() === 'holds';
  const tool = tools.get(step.tool);
  if (tool === undefined) return false;
  const schema = z.toJSONSchema(tool.output, { io: 'output' }) as Schema;
  // The answers of a step with `each` stand in one list.
  return has(step.each === undefined ? schema : { type: 'array', items: schema }, rest, schema);
}

function has(schema: Schema, rest: Path['rest'], top: Schema): boolean {
  const [part, ...more] = rest;
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return has(((top.$defs ?? {}) as Record<string, Schema>)[name] ?? {}, rest, top);
  }
  if (part === undefined) return true;
  const choices = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (choices !== undefined) return choices.some((choice) => has(choice, rest, top));
  if (part === EVERY || typeof part === 'number')
    return schema.items !== undefined && has(schema.items as Schema, more, top);
  const inner = ((schema.properties ?? {}) as Record<string, Schema>)[part];
  return inner !== undefined && has(inner, more, top);
}
