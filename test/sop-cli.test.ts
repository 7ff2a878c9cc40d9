import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseProcedure } from '../src/sop/parse-procedure.ts';
import { pullwhy } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-sop-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORDING = 'fixtures/recordings/tag-not-found/objects.json';
const EVIDENCE = ['--from', RECORDING, '--pod', 'api-fc86c8586-wz8w5', '-n', 'shop-prod'];

describe('pullwhy sop', () => {
  it('lists by signal, best first', async () => {
    const { code, stdout } = await pullwhy(['sop', 'list', '--signal', 'KubePodNotReady', '-o', 'json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { procedures: { id: string }[] }).procedures[0]?.id).toBe('KubePodImagePullBackOff');
  });

  it('prints one within 80 columns', async () => {
    const { code, stdout } = await pullwhy(['sop', 'get', 'tsg-pod-imagepull-001']);
    expect(code).toBe(0);
    const [text = ''] = stdout.split('\nEnds with');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('runs one over evidence and ends with its report', async () => {
    const { code, stdout, stderr } = await pullwhy(['sop', 'run', 'TSG-POD-IMAGEPULL-001', ...EVIDENCE]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('Stopped by reference');
    expect(stdout).toContain('## Diagnosis: Tag 1.5.0 does not exist');
  });

  it.each(['json', 'yaml', 'markdown', 'report'])('prints a run as %s', async (format) => {
    const { code, stdout } = await pullwhy(['sop', 'run', 'C1', ...EVIDENCE, '-o', format]);
    expect(code).toBe(1);
    expect(stdout).toContain('tag-not-found');
  });

  it('takes a folder of procedures, and tells of a bad file in one line', async () => {
    const [, example = ''] = readFileSync('docs/sop.md', 'utf8').split('```yaml\n');
    writeFileSync(join(folder, 'team.yaml'), example.split('```')[0] ?? '');
    writeFileSync(join(folder, 'bad.yaml'), 'format: pullwhy-sop/v1\nid: 7\n');
    const { code, stdout, stderr } = await pullwhy(['sop', 'run', 'TEAM-1', '--sop-dir', folder, ...EVIDENCE]);
    expect(code).toBe(1);
    expect(stdout).toContain('# Tag 1.5.0 does not exist');
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(`${join(folder, 'bad.yaml')}:2: id`)]);
  });

  it.each([
    [['sop', 'run', 'C2'], /no procedure C2.*C1.*pullwhy sop list/],
    [['sop', 'run', 'C1'], /C1 needs --pod and --namespace/],
    [
      ['sop', 'run', 'C1', '--from', RECORDING, '--pod', 'api-fc86c8586-wz8w6', '-n', 'shop-prod'],
      /no pod api-fc86c8586-wz8w6 in namespace shop-prod in this evidence \(did you mean api-fc86c8586-wz8w5\?\)/,
    ],
    [
      ['sop', 'run', 'C1', '--from', RECORDING, '--pod', 'api-fc86c8586-wz8w5', '-n', 'shop'],
      /no pod api-fc86c8586-wz8w5 in namespace shop in this evidence .*it has pods of shop-prod/,
    ],
    [['sop', 'get', 'C1', '-o', 'html'], /no output format html/],
    [['sop', 'list', '--sop-dir', '/nonexistent'], /no folder of procedures/],
    [['sop', 'run', 'C1', '--level', 'all'], /must, should, may/],
  ])('%j is wrong usage, in one line', async (args, message) => {
    const { code, stdout, stderr } = await pullwhy(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('does not call a cluster that it cannot reach healthy', async () => {
    const { code, stdout } = await pullwhy([
      'sop',
      'run',
      'C1',
      '--pod',
      'a',
      '-n',
      'b',
      '--kubeconfig',
      '/nonexistent',
    ]);
    expect(code).toBe(3);
    expect(stdout).toContain('root_cause: "unknown — the step that would find it has no answer: diagnose"');
  });
});

it('the example of the documentation is a procedure', () => {
  const [, example = ''] = readFileSync('docs/sop.md', 'utf8').split('```yaml\n');
  expect(parseProcedure(example.split('```')[0] ?? '')).toMatchObject({ ok: true });
});
