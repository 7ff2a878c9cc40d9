import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReplayServer, startReplayServer } from '../src/testing/replay-server.ts';
import { pullwhy } from './run-cli.ts';
import { namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-mcp-cli-'));
const objects = recordedObjects('tag-not-found');
const kubeconfig = join(folder, 'config');
let cluster: ReplayServer;
beforeAll(async () => {
  cluster = await startReplayServer({ objects });
  writeFileSync(kubeconfig, cluster.kubeconfig(namespaceOf(objects)));
});
afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

describe('pullwhy mcp', () => {
  it.each(['legacy', { pin: '2026-07-28' }] as const)('serves a client that starts it, revision %j', async (mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const args = ['dist/cli.cjs', 'mcp', '--kubeconfig', kubeconfig, '--store', folder, '--no-registry'];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }));
    try {
      expect((await client.listTools()).tools.length).toBeGreaterThan(20);
      const { structuredContent } = await client.callTool({ name: 'diagnose', arguments: {} });
      expect(structuredContent).toMatchObject({ report: { incidents: [{ cause: { id: 'tag-not-found' } }] } });
    } finally {
      await client.close();
    }
  });

  it('answers what is piped into it, and ends', async () => {
    const lines = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'pipe', version: '1' } },
      },
      {
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/call',
        params: { name: 'explain_cause', arguments: { cause: 'disk-full' } },
      },
    ];
    const { code, stdout, stderr } = await pullwhy(['mcp'], lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id: number });
    expect([code, stderr, answers.map(({ id }) => id)]).toEqual([0, '', [1, 2]]);
    expect(stdout).toContain('# disk-full');
  });

  it('without a cluster says so to who calls, and serves on', async () => {
    const call = (id: number, name: string) =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } })}\n`;
    const open = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'pipe', version: '1' } };
    const first = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: open })}\n`;
    const args = ['mcp', '--kubeconfig', join(folder, 'none')];
    const { code, stdout, stderr } = await pullwhy(args, `${first}${call(2, 'diagnose')}${call(3, 'list_sops')}`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('"code":"no_cluster"');
    expect(stdout).toContain('"procedures":[');
  });

  it.each([
    [['--http', '0.0.0.0:0'], '--token-file'],
    [['--http', 'nowhere'], 'HOST:PORT'],
    [['--token-file', 'x'], '--http'],
    [['--http', '0', '--oidc-issuer', 'https://login.acme.example'], '--audience'],
    [['--http', '0', '--token-file', '/none'], 'cannot be read'],
    [['--from', '-'], 'standard input'],
  ])('refuses %j in one line', async (args, said) => {
    const { code, stdout, stderr } = await pullwhy(['mcp', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
    expect(stderr).toContain(said);
  });

  it('stops to serve HTTP when it is told to', async () => {
    const child = spawn(process.execPath, ['dist/cli.cjs', 'mcp', '--http', '0', '--kubeconfig', kubeconfig]);
    const said = await new Promise<string>((done) => child.stderr.once('data', (text: Buffer) => done(String(text))));
    const url = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(said)?.[0] ?? '';
    expect((await fetch(url.replace('/mcp', '/healthz'))).status).toBe(200);
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
