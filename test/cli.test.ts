import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../src/render/format.ts';
import { pullwhy } from './run-cli.ts';

const RECORDINGS = 'fixtures/recordings';
const NOT_FOUND =
  'Failed to pull image "registry.acme.example/shop/api:9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:9": failed to resolve reference "registry.acme.example/shop/api:9": registry.acme.example/shop/api:9: not found';

describe('options that make no sense', () => {
  it.each([
    [
      ['--from', `${RECORDINGS}/tag-not-found/objects.json`, '-o', 'patch'],
      '-o patch changes the manifests of a checkout',
    ],
    [['image', 'registry.acme.example/a:1', '--platform', 'linux/a b'], 'linux/a b is no platform'],
    [['preflight', '--registry', '--platform', 'linux/a b', '-f', 'x.yaml'], 'linux/a b is no platform'],
  ])('%j: %s', async (args, message) => {
    const { code, stdout, stderr } = await pullwhy(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });
});

describe('pullwhy --from', () => {
  it('diagnoses objects and ends with 1', async () => {
    const { code, stdout, stderr } = await pullwhy(['--from', `${RECORDINGS}/pull-secret-wrong-port/objects.json`]);
    expect(stdout).toContain('confirmed');
    expect(stdout).toContain('pull-secret-host-mismatch');
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  it('finds nothing wrong on a healthy namespace and ends with 0', async () => {
    const { code, stdout } = await pullwhy(['--from', `${RECORDINGS}/negative-healthy/objects.json`]);
    expect(stdout).toMatch(/^No image pull failures: 1 pod examined/);
    expect(code).toBe(0);
  });

  it('reads standard input', async () => {
    const { code, stdout } = await pullwhy(['diagnose', '--from', '-', '-o', 'json'], NOT_FOUND);
    expect(JSON.parse(stdout).incidents[0].cause.id).toBe('tag-not-found');
    expect(code).toBe(1);
  });

  it('narrows to a target and a namespace', async () => {
    const from = ['--from', `${RECORDINGS}/two-causes-one-namespace`, '-o', 'json'];
    const causes = async (args: string[]) =>
      JSON.parse((await pullwhy([...args, ...from])).stdout).incidents.map(
        (i: { cause: { id: string } }) => i.cause.id,
      );
    expect(await causes([])).toHaveLength(2);
    expect(await causes(['deploy/api'])).toEqual(['tag-not-found']);
    const elsewhere = await pullwhy(['-n', 'elsewhere', ...from]);
    expect([elsewhere.code, elsewhere.stdout]).toEqual([2, '']);
    expect(elsewhere.stderr).toContain('nothing of namespace elsewhere is in this evidence; it has track-prod');
  });

  it.each(FORMATS)('prints %s', async (format) => {
    const checkout = format === 'patch' ? ['--repo', 'deploy'] : [];
    const { stdout, stderr } = await pullwhy([
      '--from',
      `${RECORDINGS}/one-node-untrusted-ca`,
      '-o',
      format,
      ...checkout,
    ]);
    expect(stderr).toBe('');
    expect(stdout).toContain('node-b');
  });

  it('says nothing with -q but keeps the exit code', async () => {
    const { code, stdout } = await pullwhy(['-q', '--from', `${RECORDINGS}/tag-not-found/objects.json`]);
    expect([code, stdout]).toEqual([1, '']);
  });

  it('keeps to 80 columns but for commands', async () => {
    const { stdout } = await pullwhy(['--show-evidence', '--from', `${RECORDINGS}/rollout-blocked`]);
    const long = stdout.split('\n').filter((line) => line.length > 80);
    expect(
      long.filter((line) => !/^\s+(kubectl|crane|skopeo|curl|openssl|crictl|ctr|journalctl|aws|docker)\b/.test(line)),
    ).toEqual([]);
  });
});

describe('completion', () => {
  it('offers every procedure and recorded failure that comes along', async () => {
    const [{ stdout }, list] = await Promise.all([
      pullwhy(['completion', 'bash']),
      pullwhy(['sop', 'list', '-o', 'json']),
    ]);
    const offered = (path: string) =>
      new RegExp(`^ *"${path} "\\*\\) words="(.*)" ;;$`, 'm').exec(stdout)?.[1]?.split(' ');
    const { procedures } = JSON.parse(list.stdout) as { procedures: { id: string }[] };
    const ids = procedures.map(({ id }) => id);
    expect(ids).toContain('C1');
    for (const path of ['sop get', 'sop run']) expect(offered(path)).toEqual(expect.arrayContaining(ids));
    expect(offered('demo')).toEqual(expect.arrayContaining(['pull-secret-wrong-port', 'two-causes-one-namespace']));
  });
});

describe('wrong usage', () => {
  const empty = join(mkdtempSync(join(tmpdir(), 'pullwhy-')), 'empty.txt');
  writeFileSync(empty, '');

  it.each([
    ['no such file', ['--from', 'does/not/exist.json']],
    ['an empty file', ['--from', empty]],
    ['an unknown format', ['--from', empty, '-o', 'xml']],
    ['an unknown option', ['--form', empty]],
    ['an unknown cause', ['explain', 'tls-expird']],
    ['an unknown scenario', ['demo', 'no-such-scenario']],
    ['an unknown shell', ['completion', 'tcsh']],
    ['no text', ['decode', ' ']],
    ['a target that is none', ['cm/x', '--from', empty]],
  ])('%s: one line, exit code 2', async (_, args) => {
    const { code, stdout, stderr } = await pullwhy(args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
    expect(stderr).not.toMatch(/ at .*\.js|internal error/);
    expect(code).toBe(2);
  });

  it.each([
    [['decod', 'x'], /was the command decode meant\?$/],
    [
      ['explane', '--from', `${RECORDINGS}/negative-healthy`],
      /no Pod explane in this evidence.*was the command explain meant\?$/,
    ],
    [['node', 'errors', '--from', `${RECORDINGS}/disk-full-unpack`, '--pattern', 'no-spce'], /did you mean no-space\?/],
    [['decode', 'no', 'basic', 'auth'], /Expected 1 argument but got 3; what has blanks needs quotes; see/],
  ])('%j: says what may have been meant', async (args, hint) => {
    const { code, stdout, stderr } = await pullwhy(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(hint);
  });

  it.each([
    [['help', 'nod'], /no command nod \(did you mean node\?\): pullwhy --help lists them/],
    [['help', 'node', 'foo'], /no command foo: pullwhy --help lists them/],
  ])('%j is told that there is none', async (args, message) => {
    const { code, stdout, stderr } = await pullwhy(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('helps with a command of a group', async () => {
    const { code, stdout } = await pullwhy(['help', 'node', 'search']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: pullwhy node search /);
  });

  it('suggests the nearest cause', async () => {
    expect((await pullwhy(['explain', 'tls-expird'])).stderr).toContain('tls-expired');
  });
});

describe('look-ups', () => {
  it('decodes a message', async () => {
    const { code, stdout } = await pullwhy(['decode', NOT_FOUND, '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      cause: 'tag-not-found',
      verdict: 'likely',
      stage: 'resolve',
      runtime: 'containerd',
    });
  });

  it('decodes JSON Lines in order, a bad line answered in its place', async () => {
    const lines = [
      { id: 'a', text: NOT_FOUND },
      'not json',
      { id: 7 },
      { id: 'b', text: 'Readiness probe failed: connection refused' },
    ];
    const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const { stdout } = await pullwhy(['decode', '--batch'], input);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => [row.id, row.cause ?? 'error'])).toEqual([
      ['a', 'tag-not-found'],
      [undefined, 'error'],
      ['7', 'error'],
      ['b', 'not-image-pull'],
    ]);
  });

  it('explains a cause as its documentation page does', async () => {
    const { stdout } = await pullwhy(['explain', 'tls-expired']);
    expect(stdout).toBe(readFileSync('docs/causes/tls-expired.md', 'utf8'));
  });

  it('lists the causes', async () => {
    const rows = JSON.parse((await pullwhy(['causes', '-o', 'json'])).stdout);
    expect(rows.map((row: { id: string }) => row.id)).toContain('pull-secret-host-mismatch');
    const { stdout } = await pullwhy(['causes']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows a demo without a cluster', async () => {
    const { code, stdout, stderr } = await pullwhy(['demo']);
    expect(stderr).toBe('');
    expect(stdout).toContain('pull-secret-host-mismatch');
    expect(stdout).toContain('mirror-hosts-toml-syntax');
    expect(stdout.split('\n').filter((line) => line.length > 80 && !/^ +kubectl /.test(line))).toEqual([]);
    expect(code).toBe(0);
  });
});
