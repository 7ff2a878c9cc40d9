import { describe, expect, it } from 'vitest';
import { planOf } from './plan.ts';

describe('planOf', () => {
  it('takes words and alternatives of words without a pattern', () => {
    expect(planOf('401 Unauthorized|no space left')).toMatchObject({ words: ['401 Unauthorized', 'no space left'] });
    expect(planOf('no space left')).not.toHaveProperty('pattern');
    expect(planOf('a.*(b|[', { fixed: true })).toMatchObject({ words: ['a.*(b|['] });
  });

  it('preselects by the words that a pattern needs, if every alternative has one', () => {
    expect(planOf('failed to (a|b)|x509.*expired').words).toEqual(['failed to ', 'expired']);
    expect(planOf('failed to (a|b)|\\d+').words).toEqual([]);
    expect(planOf('(?i)expired.', { ignoreCase: false }).words).toEqual([]);
  });

  it.each([
    ['(?=a)b', /look-around.*alternatives/],
    ['(?<!a)b', /look-around/],
    ['(a)\\1', /back-reference/],
    ['(?>a)', /atomic/],
    ['a++', /possessive/],
    ['(a', /does not parse.*--fixed/],
    ['[z-a]', /does not parse/],
    ['((a{100}){100}){100}', /does not parse|too large/],
    ['a|', /empty/],
    ['', /nothing to search/],
    ['a\nb', /line breaks/],
    ['a'.repeat(3000), /longer than/],
  ])('says in one line what to write instead of %s', (query, message) => {
    expect(() => planOf(query)).toThrow(message);
    try {
      planOf(query);
    } catch (error) {
      expect(error).toMatchObject({ name: 'UsageError' });
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it.each([
    ['unexpected status: 401 Unauthorized', true],
    ['failed with status code [manifests 1.4.2]: 401', true],
    ['"status":401,', true],
    ['http.response.status=401', true],
    ['HTTP/1.1 401 Unauthorized', true],
    ['StatusCode: 401, "<html', true],
    ['unexpected status code https://reg.acme.example/v2/: 401 Unauthorized', true],
    ['602401143452.dkr.ecr', false],
    ['reg.acme.example/a:401', false],
    ['E1120 22:12:50.401000     401 kubelet.go:401] "x"', false],
    ['10.0.0.1:401: connection refused', false],
    ['kubelet[401]: started', false],
    ['bytes read=401', false],
  ])('finds a status in %s: %s', (line, found) => {
    expect(planOf('401').pattern?.compiled.test(line)).toBe(found);
  });
});
