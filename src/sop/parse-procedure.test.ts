import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { parseProcedure } from './parse-procedure.ts';
import { HEAD, LOOK, TAIL } from './procedure.fixture.ts';

const PHASES = `phases:\n  - id: only\n    title: Only phase\n    steps:\n${LOOK}\n`;
const WHOLE = `${HEAD}${PHASES}${TAIL}`;

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

describe('parseProcedure', () => {
  it('reads YAML and fills in what may be left out', () => {
    const parsed = parseProcedure(WHOLE);
    expect(parsed).toMatchObject({
      ok: true,
      procedure: {
        id: 'TEST-1',
        status: 'active',
        triggers: [],
        phases: [{ steps: [{ id: 'look', safety: 'green', needs: [] }] }],
      },
    });
  });

  it('reads the front matter of Markdown, with a mark at its start and Windows line ends', () => {
    const text = `\ufeff---\n${WHOLE}---\n# Notes\n\nfree text: [ that is no YAML\n`;
    expect(parseProcedure(text.replaceAll('\n', '\r\n')).ok).toBe(true);
  });

  it.each([
    ['a field that does not exist', `${WHOLE}colour: red\n`, 'colour', 'colour: there is no such field'],
    [
      'a wrong level',
      WHOLE.replace('level: must', 'level: perhaps'),
      'perhaps',
      'phases.0.steps.0.level: wants one of must, should, may, not perhaps',
    ],
    [
      'a broken text',
      WHOLE.replace('severity: low', 'severity: low: x'),
      'severity',
      'is no YAML: a text that holds a',
    ],
    ['a field twice', WHOLE.replace('severity: low', 'id: X\nseverity: low'), 'id: X', 'this field stands here twice'],
    ['a tab', WHOLE.replace('    title: Only', '\ttitle: Only'), '\ttitle', 'set in with blanks, not with tabs'],
    [
      'a missing field',
      WHOLE.replace('title: A procedure for tests\n', ''),
      'format',
      'title: is missing; wants a text',
    ],
    ['an empty field', WHOLE.replace('A procedure for tests', ''), 'title', 'title: wants a text, and has none'],
    ['a number for a text', WHOLE.replace('id: TEST-1', 'id: 7'), 'id: 7', 'id: wants a text, not 7: if the text "7"'],
    [
      'a text for a list',
      WHOLE.replace("['look.found']", 'look.found'),
      'look.found',
      'wants a list, not the text "look',
    ],
    ['a list for a text', WHOLE.replace('severity: low', 'severity: low\nimpact: [x]'), 'impact', 'a text, not a list'],
    [
      'fields for a list',
      WHOLE.replace("['look.found']", '{ a: b }'),
      'conclude',
      'conclude: wants a list, not fields',
    ],
    ['too few entries', WHOLE.replace("['look.found']", '[]'), 'conclude', 'conclude: wants at least 1 entry'],
    ['too long a text', WHOLE.replace('A procedure', 'A'.repeat(501)), 'title', 'title: wants at most 500 characters'],
    ['a name that is none', WHOLE.replace('with: { name', 'with: { "a b"'), '"a b"', 'with.a b: wants a name: letters'],
    ['neither tool nor check', WHOLE.replace('tool: look_around, ', ''), 'id: look', 'either tool or check'],
    ['an expression', WHOLE.replace('cites:', 'when: "pod ==", cites:'), 'when', 'instead of the end'],
    [
      'a name that nothing has',
      WHOLE.replace('look.seen', 'lok.seen'),
      'lok.seen',
      'lok is neither an input nor an earlier step',
    ],
    ['a step that comes later', WHOLE.replace('{pod}', '{look.x}'), 'look.x', 'look is neither'],
    ['a placeholder that is no path', WHOLE.replace('{pod}', '{pod or so}'), '{pod or so}', 'is no path'],
    ['an unknown prerequisite', WHOLE.replace('cites:', 'needs: [before], cites:'), 'before', 'no step before before'],
    ['an id twice', WHOLE.replace(LOOK, `${LOOK}\n${LOOK.replace('Look', 'Again')}`), 'Again', 'look is taken'],
    ['a step called like an input', WHOLE.replace('id: look,', 'id: pod,'), 'id: pod,', 'pod is taken'],
    ['a procedure in a procedure', WHOLE.replace('look_around', 'run_sop'), 'run_sop', 'cannot run procedures'],
    [
      'another format',
      WHOLE.replace('pullwhy-sop/v1', 'pullwhy-sop/v9'),
      'format',
      'format: wants pullwhy-sop/v1, not pullwhy-sop/v9',
    ],
    ['nothing but a text', 'hello', 'hello', 'is no procedure: wants fields, the first of them format: pullwhy-sop/v1'],
  ])('names the line of %s', (_, text, part, message) => {
    const parsed = parseProcedure(text);
    expect(parsed).toMatchObject({ ok: false, line: lineOf(text, part) });
    expect(parsed.ok ? '' : parsed.message).toContain(message);
  });

  it('counts the line of the front matter', () => {
    const text = `---\n${WHOLE.replace('severity: low', 'severity: huge')}---\n`;
    expect(parseProcedure(text)).toMatchObject({ ok: false, line: lineOf(text, 'severity') });
  });

  it.each([
    ['too long a file', `${WHOLE}# ${'x'.repeat(300_000)}`],
    ['deep brackets', `${WHOLE}related: ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['deep indentation', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]`,
    ],
    ['nothing', ''],
    ['a list', '- 1\n- 2\n'],
    ['two documents', `${WHOLE}---\n${WHOLE}`],
    ['NUL bytes', '\0\0\0'],
    ['a control sequence', 'id: "\\u001b[31m"\nformat: "\\u001b]0;x\\u0007"'],
  ])('refuses %s in one harmless line', (_, text) => {
    const began = performance.now();
    const parsed = parseProcedure(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.message).not.toMatch(/[\u0000-\u001f]/);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.nat(WHOLE.length), (noise, at) => {
        parseProcedure(noise);
        parseProcedure(WHOLE.slice(0, at) + noise + WHOLE.slice(at));
      }),
      { numRuns: 200 },
    );
  });
});
