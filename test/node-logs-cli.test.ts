import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pullwhy, type Ran } from './run-cli.ts';

const FROM = 'fixtures/recordings/dns-timeout';

let store = '';

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'pullwhy-logs-'));
});

afterAll(() => rm(store, { recursive: true }));

function node(...args: readonly string[]): Promise<Ran> {
  return pullwhy(['node', ...args, '--from', FROM, '--store', store]);
}

describe('pullwhy node errors, search, read', () => {
  it('lead from a finding to its lines', async () => {
    const errors = await node('errors', '-o', 'json');
    expect([errors.code, errors.stderr]).toEqual([0, '']);
    const answer = JSON.parse(errors.stdout) as { findings: { id: string; cause?: { id: string } }[] };
    expect(answer).toMatchObject({ kind: 'NodeErrors', coverage: { unread: [] } });
    expect(answer.findings[0]).toMatchObject({ id: 'F-001', cause: { id: 'dns-failure' } });
    const read = await node('read', 'F-001', '-C', '1');
    expect(read.stdout).toMatch(/i\/o timeout/);
  });

  it('search words and patterns', async () => {
    const found = await node('search', 'lookup .* i/o timeout', '--log-types', 'containerd', '--limit', '1');
    expect(found.code).toBe(0);
    expect(found.stdout).toMatch(/^\d+ lines in 1 file fit "lookup/);
    expect(found.stdout).toMatch(/S-001 /);
    expect(found.stdout).toMatch(/more: --page p1-/);
  });

  it.each([
    [['search', '(?=a)'], /look-around is not supported/],
    [['search', 'a', '--log-types', 'kublet'], /no log type kublet/],
    [['search', 'a', '--page', 'p1-zz'], /another question/],
    [['read', 'kubelt.log'], /did you mean kubelet.log/],
    [['read', 'kubelet.log', '--lines', '9-1'], /the end lies before/],
    [['errors', '--severity', 'bad'], /no severity bad/],
    [['errors', '--limit', 'x'], /--limit x: give a whole number/],
  ])('%j ends with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await node(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('tell with exit code 3 that a budget left something out', async () => {
    const { code, stdout } = await node('search', 'a', '--max-bytes', '1');
    expect(code).toBe(3);
    expect(stdout).toMatch(/not read: .*budget/);
  });
});
