import { describe, expect, it } from 'vitest';
import { parseJson } from './parsed.ts';
import { parseToml } from './toml.ts';
import { parseJsonOrYaml } from './yaml.ts';

const DEEP = 50_000;

describe('a configuration that nests without end', () => {
  it.each([
    ['JSON', parseJson, `{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['JSON of a Kubernetes configuration', parseJsonOrYaml, `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`],
    ['YAML', parseJsonOrYaml, '- '.repeat(DEEP)],
    ['TOML brackets', parseToml, `a = ${'['.repeat(DEEP)}${']'.repeat(DEEP)}`],
    ['a TOML table', parseToml, `[${'a.'.repeat(DEEP)}b]\nc = 1`],
    ['a TOML key', parseToml, `${'a.'.repeat(DEEP)}b = 1`],
  ])('is told: %s', (_, parse, text) => {
    expect(parse(text)).toEqual({ problem: expect.stringMatching(/nest/i) });
  });
});
