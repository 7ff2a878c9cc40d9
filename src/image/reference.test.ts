import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/vectors/reference-cases.json' with { type: 'json' };
import { fc } from '../../test/support/properties.ts';
import { PATH_MAX } from './grammar.ts';
import {
  formatReference,
  kubeletImage,
  type ParsedReference,
  parseReference,
  registryHost,
  repositoryOf,
  runtimeReference,
} from './reference.ts';

interface Vector {
  readonly input: string;
  readonly valid: boolean;
  readonly domain: string | null;
  readonly path: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly familiar: string | null;
  readonly error: string | null;
  readonly kubeletImage?: string;
}

const CASES: readonly Vector[] = vectors.cases;
const HEX = '86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa';

function mustParse(raw: string) {
  const result = parseReference(raw);
  if (!result.ok) throw new Error(`${raw}: ${result.error.message}`);
  return result.reference;
}

function asVector(result: ParsedReference) {
  if (!result.ok) return { error: result.error.message };
  const { domain, path, tag = null, digest = null, familiar } = result.reference;
  return { error: null, domain, path, tag, digest, familiar };
}

describe('parseReference on the vectors of the reference library', () => {
  it('has all of them', () => expect(CASES).toHaveLength(119));

  it.each(CASES)('$input', (vector) => {
    const { valid, error, domain, path, tag, digest, familiar } = vector;
    expect(asVector(parseReference(vector.input))).toEqual(
      valid ? { error, domain, path, tag, digest, familiar } : { error },
    );
    expect(kubeletImage(vector.input)).toBe(vector.kubeletImage);
  });

  it('points into every refused string and says something about it', () => {
    for (const { input, valid } of CASES) {
      const result = parseReference(input);
      if (valid || result.ok) continue;
      expect(result.error.position, input).toBeLessThan(Math.max(1, input.length));
      expect(result.error.hint, input).not.toMatch(/^a reference reads/);
    }
  });
});

describe('corners of the library beyond its tables', () => {
  it.each([
    ['My_Host.example/app', 'repository name must be lowercase'],
    [`app:1.0@Sha256:${HEX}`, 'invalid checksum digest format'],
    [`app@SHA256:${HEX}`, 'invalid reference format: repository name (library/app@SHA256) must be lowercase'],
    ['\u0130o.example/app', 'repository name must be lowercase'],
    [`app@sha256:${HEX}x`, 'invalid reference format'],
    ['[fd00::10/app', 'invalid reference format'],
    ['[fd00::10]5000/app', 'invalid reference format'],
    ['registry.acme.example:/app', 'invalid reference format'],
    ['-acme.example/app', 'invalid reference format'],
    ['acme-.example/app', 'invalid reference format'],
    ['acme..example/app', 'invalid reference format'],
  ])('%s: %s', (raw, message) => {
    expect(parseReference(raw)).toMatchObject({ ok: false, error: { message } });
  });

  it('keeps the algorithm grammar: several components and a plus are legal, but not supported', () => {
    const raw = `app@sha256+b64.x:${HEX}`;
    expect(parseReference(raw)).toMatchObject({ ok: false, error: { message: 'unsupported digest algorithm' } });
  });
});

describe('forms of a reference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx', 'docker.io/library/nginx:latest', 'registry-1.docker.io'],
    ['index.docker.io/acme/app:1', 'docker.io/acme/app', 'docker.io/acme/app:1', 'registry-1.docker.io'],
    ['localhost:5000/x', 'localhost:5000/x', 'localhost:5000/x:latest', 'localhost:5000'],
    [
      `registry.acme.example/invoice/api:1.4.2@sha256:${HEX}`,
      'registry.acme.example/invoice/api',
      `registry.acme.example/invoice/api@sha256:${HEX}`,
      'registry.acme.example',
    ],
  ])('%s', (raw, repository, runtime, host) => {
    const reference = mustParse(raw);
    expect(repositoryOf(reference)).toBe(repository);
    expect(runtimeReference(reference)).toBe(runtime);
    expect(registryHost(reference)).toBe(host);
  });

  it('hands nothing to the runtime when the image does not parse', () => {
    expect(kubeletImage('nginx:')).toBeUndefined();
  });
});

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const path = fc
  .array(
    fc.tuple(word, fc.constantFrom('', '.', '_', '__', '-', '---'), word).map(([a, by, b]) => a + by + b),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((elements) => elements.join('/'));
const domain = fc.oneof(
  fc.constantFrom('docker.io', 'index.docker.io', 'localhost', 'registry.acme.example', '[fd00::1]:5000', 'MyOrg'),
  fc.tuple(word, fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}`),
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
const reference = fc
  .record({
    domain: fc.option(domain),
    path,
    tag: fc.option(tag),
    digest: fc.option(fc.constant(`sha256:${HEX}`)),
  })
  .map(
    (parts) =>
      `${parts.domain === null ? '' : `${parts.domain}/`}${parts.path}` +
      `${parts.tag === null ? '' : `:${parts.tag}`}${parts.digest === null ? '' : `@${parts.digest}`}`,
  );

/** Strings made of what references are made of, so that many are nearly right. */
const nearlyReference = fc
  .array(
    fc.oneof(
      fc.constantFrom(':', '/', '@', '.', '-', '_', '__', '//', '://', ' ', '\n', '"', '${', '{{', '<', '%', '\\', '+'),
      fc.constantFrom(
        'nginx',
        'Acme',
        'registry.acme.example',
        'sha256',
        HEX,
        'v1',
        '5000',
        '[',
        ']',
        'hub.docker.com',
      ),
      fc.constantFrom('\u200b', '\uff1a', '\u2026', '\u{e0041}', '\u0433', '\ud800', '\u0130', '\u201c'),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

describe('any string', () => {
  it('well-formed ones parse, and their normalized form parses to the same', () => {
    fc.assert(
      fc.property(reference, (raw) => {
        const first = mustParse(raw);
        const second = mustParse(formatReference(first));
        expect({ ...second, raw: '' }).toEqual({ ...first, raw: '' });
      }),
    );
  });

  it('never throws, points into the string, says one printable line, and suggests only what parses', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyReference, fc.string({ unit: 'binary' }), fc.string()), (raw) => {
        const result = parseReference(raw);
        if (result.ok) {
          for (const { text } of result.notes) expect(text).not.toMatch(/\n/);
          return;
        }
        const { position, hint, suggestion, message } = result.error;
        expect(message).not.toBe('');
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThan(Math.max(1, raw.length));
        expect(hint).not.toMatch(/^a reference reads/);
        expect(hint).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
        expect(hint.length).toBeLessThan(400);
        if (suggestion !== undefined) expect(parseReference(suggestion).ok).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  const MEGABYTE = 1_000_000;
  it.each([
    ['words', 'a'],
    ['slashes', '/'],
    ['colons', ':'],
    ['dashes', '-'],
    ['words and dashes', 'a-'],
    ['at signs', '@'],
    ['blanks', ' '],
    ['quotes', '"'],
    ['openings', '${'],
    ['dollars', '$a'],
    ['percents', '%a'],
    ['double braces', '{{'],
    ['angles', '<'],
    ['backslashes', '\\n'],
    ['capitals', 'A'],
    ['elements', 'a/'],
    ['ports', 'a:1/'],
    ['hosts', 'a.b/'],
    ['invisible', '\u200b'],
    ['full-width', '\uff1a'],
  ])('a megabyte of %s is handled at once', (_name, piece) => {
    const evil = piece.repeat(MEGABYTE / piece.length);
    for (const raw of [evil, `registry.acme.example/app:1${evil}!`]) {
      expect(() => parseReference(raw)).not.toThrow();
    }
  });

  it('has no notes to print about absurdly long hosts', () => {
    const result = parseReference(`${'A'.repeat(2000)}/app`);
    expect(result).toMatchObject({ ok: true, notes: [] });
  });

  it('refuses a path beyond the limit at the first character too many', () => {
    const result = parseReference(`acme.example/${'a'.repeat(PATH_MAX + 1)}`);
    expect(result).toMatchObject({ ok: false, error: { problem: 'too-long', position: 13 + PATH_MAX } });
  });
});
