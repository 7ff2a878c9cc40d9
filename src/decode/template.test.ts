import { describe, expect, it } from 'vitest';
import { compileTemplate, matchTemplate } from './template.ts';

function match(like: string, text: string) {
  return matchTemplate(compileTemplate(like), text, text.toLowerCase(), 0);
}

describe('templates', () => {
  it.each([
    ['failed to pull image {image:q}', 'Failed to pull image "a:1": x', { image: 'a:1' }],
    ['failed to pull image {image:q}', 'failed to pull image a:1: x', { image: 'a:1' }],
    ['failed to pull image {image:q}', 'failed to pull image "a:1: rpc error: code = Unknown', { image: 'a:1' }],
    ['failed to pull image {image:q}', 'failed to pull image "a:1', { image: 'a:1' }],
    ['reading manifest {tag:w} in {image:w}', 'reading manifest 1 in a/b: x', { tag: '1', image: 'a/b' }],
    ['status code [{what}]', 'status code [manifests 1]: 401', { what: 'manifests 1' }],
    ['rpc error: code = {code:w} desc =', 'rpc error: code = Unknown desc =x', { code: 'Unknown' }],
  ])('%s', (like, text, captures) => {
    expect(match(like, text)?.captures).toEqual(captures);
  });

  it('does not match inside a word, nor other words', () => {
    expect(match('eof', 'eofx')).toBeUndefined();
    expect(match('repository {name:w} not found', 'repository does not exist')).toBeUndefined();
  });

  it('matches a cut-off text if its first words are telling', () => {
    expect(
      match(
        'could not fetch content descriptor {digest:w} ({type}) from remote',
        'could not fetch content descriptor sha256:00',
      ),
    ).toBeDefined();
    expect(match('repository {name:w} not found', 'repository do')).toBeUndefined();
  });

  it('refuses a rule without literal words at its start', () => {
    expect(() => compileTemplate('{x}')).toThrow('literal');
  });
});
