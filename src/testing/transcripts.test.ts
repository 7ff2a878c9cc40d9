import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReplayServer, startReplayServer } from './replay-server.ts';
import type { RawObject } from './store.ts';

/** One request to a real API server (1.36), and what it answered. */
interface Transcript {
  readonly name: string;
  readonly request: { readonly path: string; readonly as: string; readonly accept: string };
  readonly response: { readonly status: number; readonly headers: readonly [string, string][]; readonly body: string };
}

const transcripts = JSON.parse(readFileSync('fixtures/api/transcripts.json', 'utf8')) as Transcript[];
const TOKEN = 'let-me-in';
const VIEWER = 'system:serviceaccount:diag-tool:viewer';

/** Groups that the replay server does not serve. */
const NOT_SERVED = ['events-v1'];

interface Body {
  readonly [field: string]: unknown;
  readonly items?: readonly RawObject[];
  readonly metadata?: { readonly [field: string]: unknown };
}

/** All objects that any of the answers shows, with the kind that their list gives them. */
function shownObjects(): RawObject[] {
  const found = new Map<string, RawObject>();
  for (const { response } of transcripts.filter(({ name }) => name !== 'events-v1')) {
    for (const line of response.body.startsWith('{"type"') ? response.body.trim().split('\n') : [response.body]) {
      for (const object of objectsIn(line)) {
        found.set(`${object.kind}/${object.metadata?.namespace}/${object.metadata?.name}`, object);
      }
    }
  }
  return [...found.values()];
}

function objectsIn(text: string): RawObject[] {
  if (!text.startsWith('{')) return [];
  const { kind, items = [], type, object } = JSON.parse(text) as Body;
  if (type === 'ADDED') return [object as RawObject];
  if (kind !== 'PodList' && kind !== 'EventList') return [];
  return items.map((item) => ({ ...item, kind: String(kind).slice(0, -4), apiVersion: 'v1' }));
}

const all = () => shownObjects();
let admin: ReplayServer;
let viewer: ReplayServer;

beforeAll(async () => {
  admin = await startReplayServer({ objects: all(), tokens: [TOKEN] });
  viewer = await startReplayServer({ objects: all(), tokens: [TOKEN], user: VIEWER, deny: [{}] });
});
afterAll(async () => {
  await admin.close();
  await viewer.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function ask({ path, as, accept }: Transcript['request']): Promise<Answer> {
  const server = as === 'viewer' ? viewer : admin;
  const token = as === 'badtoken' ? 'wrong' : TOKEN;
  const headers = { Accept: accept, ...(as === 'anonymous' ? {} : { Authorization: `Bearer ${token}` }) };
  const stop = new AbortController();
  const response = await fetch(`${server.url}${path}`, { headers, signal: stop.signal });
  const body = path.includes('watch=1') ? await firstEvents(response) : await response.text();
  stop.abort();
  return { status: response.status, headers: response.headers, body };
}

/** What a watch says until its first bookmark of time, its error, or (without bookmarks) its first events. */
async function firstEvents(response: Response): Promise<string> {
  let text = '';
  const bookmarks = response.url.includes('sendInitialEvents') ? 1 : 2;
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    const enough = !response.url.includes('Bookmarks') || text.split('"BOOKMARK"').length > bookmarks;
    if (text.endsWith('\n') && (enough || text.includes('"ERROR"'))) break;
  }
  return text;
}

describe.each(transcripts.filter(({ name }) => !NOT_SERVED.includes(name)))('$name', ({ name, request, response }) => {
  it('is answered alike', async () => {
    const path = name === 'pods-page-2' ? await secondPage(request) : request.path;
    const answer = await ask({ ...request, path });
    expect(answer.status).toBe(response.status);
    for (const header of ['Content-Type', 'Cache-Control', 'X-Content-Type-Options']) {
      const recorded = response.headers.find(([key]) => key === header)?.[1] ?? null;
      expect(answer.headers.get(header), header).toBe(recorded);
    }
    if (request.path.includes('watch=1')) expect(eventsOf(answer.body)).toEqual(eventsOf(response.body));
    else if (!response.body.startsWith('{')) expect(answer.body).toBe(response.body);
    else expect(essence(JSON.parse(answer.body) as Body)).toEqual(essence(JSON.parse(response.body) as Body));
  });
});

/** The token of a first page is the server's own business. */
async function secondPage(request: Transcript['request']): Promise<string> {
  const { body } = await ask({ ...request, path: '/api/v1/pods?limit=3' });
  const { metadata } = JSON.parse(body) as Body;
  return `/api/v1/pods?limit=3&continue=${String(metadata?.continue)}`;
}

/** What a client may rely on: words and shapes, not versions, tokens and what else was in that cluster. */
function essence(body: Body): unknown {
  const { kind, items, metadata, message } = body;
  if (kind === 'Status') return { ...body, message: String(message).replace(/(continue key is not valid).*/, '$1') };
  if (kind === 'Table') return { kind, columns: firstColumn(body), rows: rowShapes(body) };
  if (items === undefined) return { keys: Object.keys(body).sort(), version: body.gitVersion };
  return {
    kind,
    apiVersion: body.apiVersion,
    metadata: Object.keys(metadata ?? {}).sort(),
    count: items.length,
    first: items[0]?.metadata?.name,
    shapes: [...new Set(items.map((item) => Object.keys(item).sort().join()))].sort(),
  };
}

function firstColumn({ columnDefinitions }: Body): unknown {
  const [first] = columnDefinitions as readonly { name: string; type: string; format: string }[];
  return [first?.name, first?.type, first?.format];
}

function rowShapes({ rows }: Body): unknown {
  return (rows as readonly { cells: readonly unknown[]; object: RawObject }[]).map(({ cells, object }) => [
    cells[0],
    object.kind,
    object.apiVersion,
    object.metadata?.name,
  ]);
}

/** Types and objects of the first events; the first of a kind stands for those after it. */
function eventsOf(body: string): unknown {
  const events = body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; object: Body });
  const kinds = events.map(({ type, object }) => ({
    type,
    kind: object.kind,
    apiVersion: object.apiVersion,
    reason: type === 'ERROR' ? [object.reason, object.code] : undefined,
    marks: type === 'BOOKMARK' ? object.metadata?.annotations : undefined,
  }));
  return [...new Set(kinds.map((kind) => JSON.stringify(kind)))];
}

describe('the transcripts', () => {
  it('are served but for what is listed', () => {
    expect(transcripts.length - NOT_SERVED.length).toBeGreaterThanOrEqual(24);
  });
});
