import { describe, expect, it } from 'vitest';
import { alternativesOf, literalOf, plainWords, requiredText } from './alternatives.ts';

describe('alternativesOf', () => {
  it.each([
    ['a|b c|d', ['a', 'b c', 'd']],
    ['(a|b)c|d', ['(a|b)c', 'd']],
    ['[|]|\\|', ['[|]', '\\|']],
    ['a||b', ['a', '', 'b']],
    ['((a', ['((a']],
    ['[^]|]|b', ['[^]|]|b']],
  ])('%s', (pattern, parts) => {
    // A class that begins with `]` is read to the next one; what is parted wrongly then fails to parse, or stays whole.
    if (pattern.startsWith('[^]')) expect(alternativesOf(pattern).join('|')).toBe(pattern);
    else expect(alternativesOf(pattern)).toEqual(parts);
  });
});

describe('literalOf', () => {
  it.each([
    ['no space left', 'no space left'],
    ['Active: active \\(running\\)', 'Active: active (running)'],
    ['a.b', undefined],
    ['a\\d', undefined],
    ['a\\', undefined],
    ['tag\\-1', 'tag-1'],
  ])('%s', (alternative, text) => {
    expect(literalOf(alternative)).toBe(text);
  });
});

describe('requiredText', () => {
  it.each([
    ['failed to (pull|resolve).*403', 'failed to '],
    ['containerd.*started', 'containerd'],
    ['colou?red', 'colo'],
    ['abc*', undefined],
    ['abcd*', 'abc'],
    ['x{3}abc', 'abc'],
    ['a.b.c', undefined],
    ['\\bfoo\\b', 'foo'],
    ['(?:maybe)?needed', 'needed'],
    ['[a-z]+done', 'done'],
  ])('%s', (alternative, text) => {
    expect(requiredText(alternative)).toBe(text);
  });
});

describe('plainWords', () => {
  it.each([
    ['not found.*manifest', 'not found manifest'],
    ['repository.*not found', 'repository not found'],
    ['Active: active \\(running\\)', 'Active: active (running)'],
  ])('%s', (alternative, text) => {
    expect(plainWords(alternative)).toBe(text);
  });
});
