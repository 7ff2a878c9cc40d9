import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { fc } from '../../../../test/support/properties.ts';
import { parseKubectlYaml } from './kubectl-yaml.ts';

/** The general parser, asked the same way as in production. */
function general(text: string): unknown {
  return parse(text, { logLevel: 'silent', uniqueKeys: false, merge: false });
}

const POD = `apiVersion: v1
kind: Pod
metadata:
  annotations:
    note: "tab\\there, \\u00e9, quote \\" and \\
      joined"
  creationTimestamp: null
  labels:
    app: api
    version: "1.10"
  managedFields:
  - fieldsV1:
      f:metadata:
        f:labels:
          .: {}
          k:{"name":"app"}: {}
  name: api-0
spec:
  containers:
  - args:
    - --listen=:8080
    - 'it''s: fine'
    command: []
    image: registry.acme.example/shop/api:1.4.2
    ports:
    - containerPort: 8080
      name: http
  - image: 'registry.acme.example/shop/side:2'
    name: side
status:
  message: |-
    first line
      indented

    last line
  reason: >
    folded
    text
  wrapped: Back-off pulling image "registry.acme.example/shop/api:1.4.2", failed to
    pull and unpack

    image
  replicas: 3
  ratio: 0.5
  ready: false
`;

describe('parseKubectlYaml', () => {
  it('reads what kubectl and go-yaml write', () => {
    expect(parseKubectlYaml(POD)).toEqual({ value: general(POD) });
  });

  it.each([
    ['anchor', 'a: &x 1\nb: *x'],
    ['tag', 'a: !!str 1'],
    ['flow collection', 'a: {b: 1}'],
    ['complex key', '? a\n: b'],
    ['comment behind a value', 'a: 1 # one'],
    ['tab as indentation', 'a:\n\tb: 1'],
    ['prototype', '__proto__:\n  a: 1'],
    ['hex number', 'a: 0x1f'],
    ['text in the middle', 'a: 1\nwhat is this\nb: 2'],
    ['unclosed quote', 'a: "b\nc: d'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2'],
  ])('leaves %s to the general parser', (_, text) => {
    expect(parseKubectlYaml(text)).toBeUndefined();
  });

  it('is not led into deep recursion', () => {
    expect(parseKubectlYaml('- '.repeat(50_000))).toBeUndefined();
    expect(parseKubectlYaml(Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))).toBeUndefined();
  });

  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', '"', "'", '#', '-', '\\', 'é', '{', '1', '\t') }),
    fc.lorem({ maxCount: 40 }),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it('agrees with the general parser on whatever it accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(value, fc.constantFrom(0, 40, 80), fc.boolean(), (inner, lineWidth, indentSeq) => {
        const data = { inner };
        const yaml = stringify(data, { lineWidth, indentSeq, aliasDuplicateObjects: false });
        const read = parseKubectlYaml(yaml);
        if (read === undefined) return;
        accepted += 1;
        expect(read.value).toEqual(general(yaml));
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  it('agrees with the general parser, or gives up, on texts of any kind', () => {
    const piece = fc.constantFrom(
      'a: ',
      'b:',
      '- ',
      '\n',
      '  ',
      '"x"',
      "'y'",
      '|',
      '>',
      '-',
      'word',
      ' ',
      '\n\n',
      '#c',
      '{}',
      '1',
      ':',
      '\\',
      '"',
      "'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const yaml = pieces.join('');
        const read = parseKubectlYaml(yaml);
        if (read === undefined) return;
        let expected: unknown;
        try {
          expected = general(yaml);
        } catch {
          return;
        }
        expect(read.value).toEqual(expected);
      }),
      { numRuns: 20_000 },
    );
  });
});
