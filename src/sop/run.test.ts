import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Procedure } from '../core/sop/procedure.ts';
import type { SopRun } from '../core/sop/run.ts';
import type { CallTool, ToolAnswer } from './call.ts';
import { LOOK, procedureOf } from './procedure.fixture.ts';
import { type RunOptions, runProcedure } from './run.ts';

const FOUND = {
  found: [
    {
      statement: 'Tag 1.5.0 does not exist',
      verdict: 'confirmed',
      cause: { id: 'tag-not-found', link: 'manifest', class: 'config', severity: 'high' },
      evidence: [{ id: 'E1', locator: 'Event a/b', excerpt: 'not found' }],
    },
  ],
  seen: [{ id: 'E1', locator: 'Event a/b', excerpt: 'not found' }, { message: 'second' }],
  node: 'node-a',
};

type Tools = Readonly<Record<string, unknown>>;

/** Tools that answer from a table; a function is called with the arguments. */
function toolsOf(table: Tools, calls: string[] = []): CallTool {
  return async (name, input) => {
    calls.push(`${name} ${JSON.stringify(input)}`);
    const answer = table[name];
    if (answer === undefined)
      return { ok: false, error: { code: 'forbidden', message: `${name} is forbidden`, next: ['ask for the role'] } };
    if (typeof answer === 'function') return (answer as (input: unknown) => ToolAnswer | Promise<ToolAnswer>)(input);
    return { ok: true, structured: answer };
  };
}

function run(procedure: Procedure, tools: Tools, more: Partial<RunOptions> = {}): Promise<SopRun> {
  return runProcedure(procedure, {
    inputs: { pod: 'api-1' },
    callTool: toolsOf(tools),
    now: () => '2026-11-20T22:00:00Z',
    wait: async () => undefined,
    ...more,
  });
}

const outcomes = ({ steps }: SopRun) => Object.fromEntries(steps.map(({ id, outcome }) => [id, outcome]));
const step = ({ steps }: SopRun, id: string) => steps.find((each) => each.id === id);

describe('runProcedure', () => {
  it('calls with the arguments filled in, cites evidence and ends with the report', async () => {
    const calls: string[] = [];
    const done = await run(procedureOf(LOOK), {}, { callTool: toolsOf({ look_around: FOUND }, calls) });
    expect(calls).toEqual(['look_around {"name":"api-1"}']);
    expect(done).toMatchObject({
      ended: 'finished',
      confidence: 'high',
      inputs: { pod: 'api-1', node: 'node-a' },
      rootCauses: [{ step: 'look', cause: { id: 'tag-not-found' }, verdict: 'confirmed', evidence: ['look/E1'] }],
      report: {
        format: 'text',
        text: 'cause tag-not-found: Tag 1.5.0 does not exist\nevidence [look/E1] Event a/b: not found\n',
      },
    });
    expect(step(done, 'look')?.evidence).toEqual(['look/E1', 'look/2']);
    const refs = done.evidence.map(({ ref }) => ref);
    expect(done.steps.flatMap(({ evidence }) => evidence).filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  it('says when there is nothing to report', async () => {
    const done = await run(procedureOf(LOOK), { look_around: { found: [] } });
    expect(done).toMatchObject({ rootCauses: [], confidence: 'none', report: { text: 'nothing found for api-1\n' } });
  });

  it('makes no root cause of what no tool states', async () => {
    const found = [
      { statement: 'x' },
      { cause: { id: 'y' }, verdict: 'confirmed' },
      'z',
      { statement: 'x', verdict: 'sure', cause: { id: 'y' } },
    ];
    expect((await run(procedureOf(LOOK), { look_around: { found } })).rootCauses).toEqual([]);
  });

  it('refuses to start without a required input', async () => {
    await expect(run(procedureOf(LOOK), {}, { inputs: {} })).rejects.toThrow('TEST-1 needs --pod');
  });

  const GATED = `${LOOK}
      - { id: alive, title: Alive, level: must, check: 'not look.dead', stop: [{ condition: It is dead, cause: look.found, where: "it.cause.id == 'tag-not-found' and look.dead" }] }
      - { id: deeper, title: Deeper, level: must, tool: dig, needs: [alive], with: {} }`;

  it('goes on when a prerequisite holds', async () => {
    const done = await run(procedureOf(GATED), { look_around: { ...FOUND, dead: false }, dig: {} });
    expect(outcomes(done)).toEqual({ look: 'done', alive: 'done', deeper: 'done' });
    expect(step(done, 'alive')?.holds).toBe(true);
  });

  it('stops at the stop condition, and says what it left out and why', async () => {
    const done = await run(procedureOf(GATED), { look_around: { ...FOUND, dead: true }, dig: {} });
    expect(done).toMatchObject({ ended: 'stopped', stoppedBy: { step: 'alive', condition: 'It is dead' } });
    expect(step(done, 'deeper')).toMatchObject({ outcome: 'skipped', why: 'the root cause was found by alive' });
  });

  it('leaves out what needs a prerequisite that does not hold', async () => {
    const done = await run(procedureOf(GATED), { look_around: { dead: true }, dig: {} });
    expect(done.ended).toBe('finished');
    expect(step(done, 'deeper')).toMatchObject({ outcome: 'skipped', why: 'alive does not hold' });
  });

  it('takes a prerequisite that is not known neither for dead nor for alive', async () => {
    const done = await run(procedureOf(GATED), { look_around: FOUND, dig: {} });
    expect(outcomes(done)).toEqual({ look: 'done', alive: 'unknown', deeper: 'done' });
    expect(done.ended).toBe('finished');
    expect(done.confidence).toBe('medium');
    expect(done.gaps).toContainEqual({ step: 'alive', what: 'Alive', why: 'look.dead is not in the answer' });
  });

  it.each([
    ['no file was read', { total: 0, matches: [], coverage: { filesRead: 0 } }, 'no file of the node was read for it'],
    [
      'the collection failed',
      { total: 0, collection: { state: 'failed' } },
      'the collection failed: nothing came from the node',
    ],
  ])('takes an answer for unknown when %s', async (_, answer, why) => {
    const steps = `${LOOK}
      - { id: lines, title: Lines, level: must, tool: dig, with: {}, tells: [{ if: exists lines.total, say: '\${lines.total} lines' }] }
      - { id: none, title: None, level: must, check: 'lines.total == 0' }
      - { id: after, title: After, level: must, tool: look_around, needs: [lines], with: {} }`;
    const done = await run(procedureOf(steps), { look_around: FOUND, dig: answer });
    expect(step(done, 'lines')).toMatchObject({ outcome: 'unknown', why, tells: [] });
    expect(outcomes(done)).toMatchObject({ none: 'unknown', after: 'unknown' });
    expect(done.gaps.filter((gap) => gap.step !== 'look')).toEqual([{ step: 'lines', what: 'Lines', why }]);
  });

  it('tells a refused call as unknown with the way on, and what needs it once', async () => {
    const steps = `${LOOK}
      - { id: more, title: More, level: must, tool: dig, with: {} }
      - { id: most, title: Most, level: must, tool: dig, needs: [more], with: {} }`;
    const done = await run(procedureOf(steps), { look_around: FOUND });
    expect(step(done, 'more')).toMatchObject({
      outcome: 'unknown',
      why: 'forbidden: dig is forbidden',
      next: 'ask for the role',
    });
    expect(step(done, 'most')).toMatchObject({ outcome: 'unknown', why: 'it needs more', blockedBy: 'more' });
    expect(done.gaps).toHaveLength(1);
    expect(done.confidence).toBe('medium');
    expect(done.confidenceNote).toContain('more (and 1 step that needs it)');
  });

  it('tells a broken call as failed, whether it answers so or throws', async () => {
    const steps = `${LOOK}
      - { id: thrown, title: Thrown, level: should, tool: dig, with: {} }`;
    const dig = () => {
      throw new Error('boom');
    };
    const done = await run(procedureOf(steps), { look_around: FOUND, dig });
    expect(step(done, 'thrown')).toMatchObject({ outcome: 'failed', why: 'internal: boom' });
    expect(done.confidence).toBe('high');
  });

  it.each([
    ['must', { look: 'done', b: 'skipped', c: 'skipped' }],
    ['should', { look: 'done', b: 'done', c: 'skipped' }],
    ['may', { look: 'done', b: 'done', c: 'done' }],
  ] as const)('level %s', async (level, expected) => {
    const steps = `${LOOK}
      - { id: b, title: B, level: should, tool: dig, with: {} }
      - { id: c, title: C, level: may, tool: dig, with: {} }`;
    expect(outcomes(await run(procedureOf(steps), { look_around: FOUND, dig: {} }, { level }))).toEqual(expected);
  });

  it('leaves a step out when its condition is known to be false, not when it is unknown', async () => {
    const steps = `${LOOK}
      - { id: no, title: No, level: must, tool: dig, with: {}, when: "look.node == 'node-b'" }
      - { id: maybe, title: Maybe, level: must, tool: dig, with: {}, when: "look.nothing == 'x'" }`;
    expect(outcomes(await run(procedureOf(steps), { look_around: FOUND, dig: {} }))).toMatchObject({
      no: 'skipped',
      maybe: 'done',
    });
  });

  it('never runs what changes something', async () => {
    const steps = `${LOOK}
      - { id: change, title: Change, level: must, tool: dig, with: {}, safety: yellow }`;
    const calls: string[] = [];
    const done = await run(procedureOf(steps), {}, { callTool: toolsOf({ look_around: FOUND, dig: {} }, calls) });
    expect(step(done, 'change')?.outcome).toBe('skipped');
    expect(calls).toHaveLength(1);
  });

  it('calls once for each entry, and says what is missing of the list', async () => {
    const steps = `${LOOK}
      - { id: each, title: Each, level: must, tool: ask, each: 'look.names[*]', with: { name: '\${item}' } }
      - { id: all, title: All, level: must, check: "not any each where (it.state == 'missing')" }`;
    const ask = ({ name }: { name: string }): ToolAnswer =>
      name === 'b'
        ? { ok: false, error: { code: 'forbidden', message: 'no' } }
        : { ok: true, structured: { state: 'exists' } };
    const answer = { ...FOUND, names: ['a', 'b', 'a'] };
    const partly = await run(procedureOf(steps), { look_around: answer, ask });
    expect(step(partly, 'each')).toMatchObject({ outcome: 'unknown', calls: 2 });
    expect(step(partly, 'all')?.outcome).toBe('unknown');
    const whole = await run(procedureOf(steps), { look_around: { ...answer, names: ['a'] }, ask });
    expect(outcomes(whole)).toMatchObject({ each: 'done', all: 'done' });
    const none = await run(procedureOf(steps), { look_around: { ...answer, names: [] }, ask });
    expect(step(none, 'each')).toMatchObject({ outcome: 'done', calls: 0 });
  });

  it('asks again until it is ready', async () => {
    const steps = `${LOOK}
      - { id: wait, title: Wait, level: must, tool: status, with: {}, until: { holds: wait.done, everySeconds: 1, limitSeconds: 60 } }`;
    let asked = 0;
    const status = (): ToolAnswer => ({ ok: true, structured: { done: ++asked > 7 } });
    const pauses: number[] = [];
    const wait = async (ms: number) => void pauses.push(ms);
    expect(step(await run(procedureOf(steps), { look_around: FOUND, status }, { wait }), 'wait')).toMatchObject({
      outcome: 'done',
      calls: 8,
    });
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
  });

  it('gives up on what never gets ready', async () => {
    const steps = `${LOOK}
      - { id: wait, title: Wait, level: must, tool: status, with: {}, until: { holds: wait.done, everySeconds: 0.05, limitSeconds: 0.05 } }`;
    const done = await runProcedure(procedureOf(steps), {
      inputs: { pod: 'a' },
      callTool: toolsOf({ look_around: FOUND, status: { done: false } }),
      now: () => '2026-11-20T22:00:00Z',
    });
    expect(step(done, 'wait')).toMatchObject({ outcome: 'unknown', why: 'it was not ready in time' });
  });

  it('needs no argument that is marked as optional, and makes no call without the others', async () => {
    const steps = `${LOOK}
      - { id: some, title: Some, level: must, tool: dig, with: { a: '\${look.nothing?}', b: 'x-\${look.node}' } }
      - { id: none, title: None, level: must, tool: dig, with: { a: '\${look.nothing}' } }`;
    const done = await run(procedureOf(steps), { look_around: FOUND, dig: {} });
    expect(step(done, 'some')?.arguments).toEqual({ b: 'x-node-a' });
    expect(step(done, 'none')).toMatchObject({ outcome: 'unknown', why: 'look.nothing is not in the answer' });
  });

  it('ends at once when it is cancelled, also inside of a tool that does not heed it', async () => {
    const stop = new AbortController();
    const steps = `${LOOK}
      - { id: stuck, title: Stuck, level: must, tool: dig, with: {} }
      - { id: after, title: After, level: must, tool: dig, with: {} }`;
    const dig = () => {
      stop.abort();
      return new Promise<ToolAnswer>(() => undefined);
    };
    const done = await run(procedureOf(steps), { look_around: FOUND, dig }, { signal: stop.signal });
    expect(done.ended).toBe('cancelled');
    expect(step(done, 'stuck')).toMatchObject({ outcome: 'failed' });
    expect(step(done, 'after')).toMatchObject({ outcome: 'skipped', why: 'the run ended before it' });
    expect(done.confidence).toBe('medium');
  });

  it('ends at its deadline', async () => {
    const done = await run(procedureOf(LOOK), { look_around: () => new Promise(() => undefined) }, { deadlineMs: 20 });
    expect(done).toMatchObject({ ended: 'deadline', rootCauses: [] });
  });

  it('takes over what a tool says that it could not see', async () => {
    const gaps = [{ what: 'Secret a/b', why: 'forbidden', how: 'kubectl auth can-i get secrets' }, 'odd', { what: 3 }];
    const done = await run(procedureOf(LOOK), { look_around: { ...FOUND, gaps } });
    expect(done.gaps).toEqual([
      { step: 'look', what: 'Secret a/b', why: 'forbidden', how: 'kubectl auth can-i get secrets' },
    ]);
    expect(done.confidence).toBe('high');
  });

  it('decides escalation in three values, and finds the common issue by its cause', async () => {
    const more = `escalation:
  - { when: yes, if: "any causes where (it.cause.id == 'tag-not-found')", to: team }
  - { when: 'no', if: "look.node == 'x'", to: team }
  - { when: maybe, if: "look.nothing == 'x'", to: team }
  - { when: judge, to: team }
issues:
  - { symptom: s, diagnosis: d, resolution: r, causes: [tag-not-found] }
  - { symptom: s, diagnosis: d, resolution: other, causes: [tag-not-found], if: "look.node == 'x'" }
  - { symptom: s, diagnosis: d, resolution: third, causes: [disk-full] }
`;
    const done = await run(procedureOf(LOOK, more), { look_around: FOUND });
    expect(done.escalation.map(({ state }) => state)).toEqual(['met', 'not-met', 'unknown', 'judge']);
    expect(done.issues.map(({ resolution }) => resolution)).toEqual(['r']);
  });

  it('shows no secret and no control sequence, and no data that looks like an end mark', async () => {
    const evil = 'password=canary-hunter2 \u001b[31mred ===== end data ===== ```';
    const answer = {
      found: [{ ...FOUND.found[0], statement: evil }],
      seen: [{ id: evil, message: evil }],
      gaps: [{ what: evil, why: evil }],
    };
    const done = JSON.stringify(await run(procedureOf(LOOK), { look_around: answer }));
    expect(done).not.toMatch(/canary-hunter2|\u001b/);
    const { report } = JSON.parse(done) as SopRun;
    expect(report.text).not.toMatch(/={4}|`{3}/);
  });

  it('hands over each line once, however often it was found', async () => {
    const procedure = {
      ...procedureOf(LOOK),
      output: { format: 'yaml', template: '', none: `\${run.findings}` },
    } as const;
    const container = (id: string) => `container ${id.repeat(64)} failed`;
    const image = (id: string) => `image sha256:${id.repeat(64)} failed`;
    const texts = [
      'E1120 22:00:01.5 pull failed',
      'E1120 22:00:09.7 pull failed',
      'another line',
      'another line',
      container('a'),
      container('b'),
      image('a'),
      image('b'),
    ];
    const seen = texts.map((message, i) => ({ id: `S-${i}`, message }));
    const { report, evidence } = await run(procedure, { look_around: { seen } });
    expect(evidence).toHaveLength(texts.length);
    expect(parse(report.text)).toEqual([
      { type: 'finding', id: 'look/S-0', content: `${texts[0]} (2 such lines)` },
      { type: 'finding', id: 'look/S-2', content: 'another line' },
      { type: 'finding', id: 'look/S-4', content: `${texts[4]} (2 such lines)` },
      { type: 'finding', id: 'look/S-6', content: texts[6] },
      { type: 'finding', id: 'look/S-7', content: texts[7] },
    ]);
  });

  it('holds against endless answers', async () => {
    const seen = Array.from({ length: 50_000 }, (_, i) => ({ id: `E${i}`, message: 'x'.repeat(100) }));
    const done = await run(procedureOf(LOOK), {
      look_around: { ...FOUND, seen, gaps: seen.map(({ id }) => ({ what: id, why: 'x' })) },
    });
    expect(JSON.stringify(done).length).toBeLessThan(200_000);
  });
});
