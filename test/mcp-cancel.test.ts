import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Host } from '../src/apps/mcp/host.ts';
import { openLoopback } from '../src/sources/cluster/access.ts';
import { type Connected, connect, WAYS } from './support/mcp.ts';

/** An API server that takes every request and never answers. */
let silent: Server;
let url: string;

beforeEach(async () => {
  silent = createServer((request, response) => {
    response.on('close', () => silent.emit('given-up', request.url));
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});

afterEach(async () => {
  silent.closeAllConnections();
  silent.close();
});

function hostOfSilent(): Host {
  return new Host({ openAccess: async () => openLoopback(url, 'silent', 'shop'), settings: { registries: false } });
}

/** Calls a tool and gives the call up as soon as the API server has its request. */
async function giveUp({ client }: Connected): Promise<{ readonly ms: number; readonly failed: boolean }> {
  const stop = new AbortController();
  const arrived = once(silent, 'request');
  const call = client.callTool({ name: 'list_k8s_resources', arguments: { kind: 'Pod' } }, { signal: stop.signal });
  const outcome = call.then(
    () => false,
    () => true,
  );
  await arrived;
  const left = once(silent, 'given-up');
  const began = performance.now();
  stop.abort('no longer wanted');
  await left;
  return { ms: performance.now() - began, failed: await outcome };
}

describe.each(WAYS)('over $transport, $revision', (way) => {
  it('ends the work within a second of a cancellation, and serves on', async () => {
    const connected = await connect(way, hostOfSilent());
    try {
      // The quickest of a few: what else the machine does meanwhile is no part of it.
      const tries = [await giveUp(connected), await giveUp(connected), await giveUp(connected)];
      expect(tries.every(({ failed }) => failed)).toBe(true);
      expect(Math.min(...tries.map(({ ms }) => ms))).toBeLessThan(1_000);
      const answer = await connected.client.callTool({ name: 'explain_cause', arguments: { cause: 'tag-not-found' } });
      expect(answer.isError).not.toBe(true);
    } finally {
      await connected.close();
    }
  });
});

it.each(WAYS.filter(({ transport }) => transport === 'http'))(
  'ends the work when the client goes away, over HTTP, $revision',
  async (way) => {
    const connected = await connect(way, hostOfSilent());
    try {
      const arrived = once(silent, 'request');
      connected.client.callTool({ name: 'cluster_health', arguments: {} }).catch(() => undefined);
      await arrived;
      const left = once(silent, 'given-up');
      await connected.client.close();
      await left;
    } finally {
      await connected.close();
    }
  },
);

it('ends the work when the connection of a request breaks, though the session lives on', async () => {
  const connected = await connect({ transport: 'http', revision: 'legacy' }, hostOfSilent());
  try {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
    const initialize = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    };
    const opened = await fetch(connected.url ?? '', { method: 'POST', headers, body: JSON.stringify(initialize) });
    await opened.text();
    const session = opened.headers.get('mcp-session-id') ?? '';
    const stop = new AbortController();
    const arrived = once(silent, 'request');
    const call = {
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'list_k8s_resources', arguments: { kind: 'Node' } },
    };
    const own = { ...headers, 'Mcp-Session-Id': session };
    fetch(connected.url ?? '', { method: 'POST', headers: own, body: JSON.stringify(call), signal: stop.signal })
      .then((response) => response.text())
      .catch(() => undefined);
    await arrived;
    const left = once(silent, 'given-up');
    const began = performance.now();
    stop.abort();
    await left;
    expect(performance.now() - began).toBeLessThan(10_000);
    const ping = { jsonrpc: '2.0', id: 8, method: 'ping' };
    const alive = await fetch(connected.url ?? '', { method: 'POST', headers: own, body: JSON.stringify(ping) });
    expect(await alive.text()).toContain('"result":{}');
  } finally {
    await connected.close();
  }
});
