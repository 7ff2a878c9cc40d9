import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openLoopback } from './access.ts';
import { ClusterClient } from './client.ts';
import { gapOf, type Wanted } from './problem.ts';
import { Sightings } from './sightings.ts';
import { type Change, watch } from './watch.ts';

/** One answer of a real API server (1.36), byte for byte. */
interface Transcript {
  readonly name: string;
  readonly response: { readonly status: number; readonly headers: readonly [string, string][]; readonly body: string };
}

const all = JSON.parse(readFileSync('fixtures/api/transcripts.json', 'utf8')) as Transcript[];
const transcripts = new Map(all.map((each) => [each.name, each]));

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
}

/** A client whose server gives the recorded answers, one after the other; the last one stays. */
async function answering(...names: string[]): Promise<{ client: ClusterClient; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://api.acme.example');
    asked.push({ path: url.pathname, query: url.searchParams, accept: request.headers.accept ?? '' });
    const transcript = transcripts.get(names[Math.min(asked.length, names.length) - 1] ?? '');
    const { status, headers, body } = transcript?.response ?? { status: 500, headers: [], body: 'no such transcript' };
    response.writeHead(
      status,
      headers.filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name)).flat(),
    );
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const access = openLoopback(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'recorded');
  closing.push(
    () => access.close(),
    () => server.close(),
  );
  return { client: new ClusterClient(access), asked };
}

const namesIn = (items: readonly unknown[]) =>
  items.map((item) => (item as { metadata: { name: string } }).metadata.name);

describe('recorded lists', () => {
  it('are read page after page, by the token of the one before', async () => {
    const { client, asked } = await answering('pods-page-1', 'pods-page-2');
    const answer = await client.list('Pod', undefined, { max: 6 });
    expect(answer).toMatchObject({ ok: true, value: { kind: 'PodList', complete: false, resourceVersion: '42496' } });
    expect(answer.ok && namesIn(answer.value.items).length).toBe(6);
    const first = JSON.parse(transcripts.get('pods-page-1')?.response.body ?? '') as { metadata: { continue: string } };
    expect(asked.map(({ query }) => query.get('continue'))).toEqual([null, first.metadata.continue]);
    expect(asked.map(({ query }) => query.get('limit'))).toEqual(['6', '3']);
  });

  it('keep the first page when the next token is refused', async () => {
    const { client } = await answering('pods-page-1', 'continue-bad');
    const answer = await client.list('Pod', undefined);
    expect(answer).toMatchObject({ ok: true, value: { complete: false } });
    expect(answer.ok && answer.value.items.length).toBe(3);
  });

  it('come from memory with version 0', async () => {
    const { client, asked } = await answering('pods-rv0');
    const answer = await client.list('Pod', 'shop-prod', { fromCache: true });
    expect(answer).toMatchObject({ ok: true, value: { complete: true } });
    expect(asked[0]?.query.get('resourceVersion')).toBe('0');
  });

  it.each([
    ['pods-pending', 'Pod', { fieldSelector: 'status.phase=Pending', max: 5 }, 5],
    ['events-failed', 'Event', { fieldSelector: 'involvedObject.kind=Pod,reason=Failed', max: 4 }, 4],
    ['events-backoff', 'Event', { fieldSelector: 'involvedObject.kind=Pod,reason=BackOff' }, 1],
  ] as const)('%s become objects of their kind', async (name, kind, options, count) => {
    const { client } = await answering(name);
    const answer = await client.list(kind, undefined, options);
    const objects = answer.ok ? new Sightings().addList(answer.value) : [];
    expect(objects.map((object) => object.kind)).toEqual(Array.from({ length: count }, () => kind));
  });

  it('of metadata alone are asked for so, and hide nothing that was seen whole', async () => {
    const { client, asked } = await answering('pods-rv0', 'pods-partial-metadata');
    const seen = new Sightings();
    const whole = await client.list('Pod', 'shop-prod');
    const slim = await client.list('Pod', 'shop-prod', { metadataOnly: true });
    expect(asked[1]?.accept).toContain('as=PartialObjectMetadataList');
    expect(slim).toMatchObject({ ok: true, value: { kind: 'PartialObjectMetadataList' } });
    if (whole.ok) seen.addList(whole.value);
    if (slim.ok) seen.addList(slim.value, 'Pod');
    expect(seen.all('Pod').map(({ spec }) => spec.containers.length)).toEqual([1]);
    const alone = new Sightings();
    if (slim.ok) alone.addList(slim.value, 'Pod');
    expect(alone.snapshot([], '2026-11-20T23:59:00Z').objects.map(({ view }) => view)).toEqual(['metadata']);
  });

  it('as a Table, which was not asked for, are no list', async () => {
    const { client } = await answering('pods-table');
    expect(await client.list('Pod', 'shop-prod')).toMatchObject({ ok: false, problem: { kind: 'unreadable' } });
  });
});

describe('recorded refusals', () => {
  it.each([
    [
      'pod-404',
      { verb: 'get', kind: 'Pod', namespace: 'shop-prod', name: 'nope' },
      'not-found',
      'pods "nope" not found',
    ],
    [
      'secrets-403',
      { verb: 'get', kind: 'Secret', namespace: 'shop-prod', name: 'regcred' },
      'forbidden',
      'is forbidden',
    ],
    ['secrets-list-403', { verb: 'list', kind: 'Secret' }, 'forbidden', 'at the cluster scope'],
    ['nodes-403', { verb: 'list', kind: 'Node' }, 'forbidden', 'at the cluster scope'],
    ['anonymous-403', { verb: 'list', kind: 'Pod' }, 'forbidden', 'system:anonymous'],
    ['unauthorized-401', { verb: 'list', kind: 'Pod' }, 'unauthorized', 'Unauthorized'],
    ['bad-field-selector-400', { verb: 'list', kind: 'Pod' }, 'refused', 'field label not supported: status.reason'],
    ['continue-bad', { verb: 'list', kind: 'Pod' }, 'refused', 'invalid continue token'],
    ['selfsubjectrules-405', { verb: 'list', kind: 'Pod' }, 'refused', 'does not allow this method'],
    ['unknown-api-404', { verb: 'list', kind: 'CronJob' }, 'not-found', 'HTTP status 404'],
  ] as const)('%s', async (name, wanted: Wanted, kind, words) => {
    const { client } = await answering(name);
    const { verb, kind: of, namespace, name: one } = wanted;
    const answer = verb === 'get' ? await client.get(of, namespace, one ?? '') : await client.list(of, namespace);
    expect(answer).toMatchObject({ ok: false, problem: { kind, message: expect.stringContaining(words) } });
    if (answer.ok || kind !== 'forbidden') return;
    const gap = gapOf(wanted, answer.problem);
    expect(gap.why).toBe('forbidden');
    expect(gap.how).toContain(`kubectl auth can-i ${verb}`);
    expect(gap.how).toContain(`verbs: [${verb}]`);
  });

  it('a login is renewed once before it is given up', async () => {
    const { client, asked } = await answering('unauthorized-401');
    expect((await client.get('Pod', 'shop-prod', 'x')).ok).toBe(false);
    expect(asked.length).toBe(2);
  });
});

describe('recorded watches', () => {
  /** What is told of `count` changes. */
  async function follow(count: number, ...names: string[]): Promise<{ changes: Change[]; asked: Asked[] }> {
    const { client, asked } = await answering(...names);
    const changes: Change[] = [];
    const stop = new AbortController();
    const kind = names[1] === 'watch-events' ? 'Event' : 'Pod';
    for await (const change of watch(client, kind, 'shop-prod', {
      signal: stop.signal,
      pause: async () => undefined,
    })) {
      changes.push(change);
      if (changes.length === count) stop.abort();
    }
    return { changes, asked };
  }
  const types = (changes: readonly Change[]) => changes.map(({ type }) => type);

  it('go on from the version of the last bookmark', async () => {
    const { changes, asked } = await follow(3, 'pods-rv0', 'watch-bookmarks', 'watch-bookmarks');
    expect(types(changes)).toEqual(['listed', 'added', 'added']);
    expect(asked.map(({ query }) => query.get('resourceVersion'))).toEqual(['0', '42496', '42510']);
    expect(asked[1]?.query.get('allowWatchBookmarks')).toBe('true');
  });

  it('list again when the version is too old, and tell no trouble', async () => {
    const { changes, asked } = await follow(3, 'pods-rv0', 'watch-too-old-410', 'pods-rv0', 'watch-bookmarks');
    expect(types(changes)).toEqual(['listed', 'listed', 'added']);
    expect(asked.map(({ query }) => query.has('watch'))).toEqual([false, true, false, true]);
  });

  it('tell events as they come', async () => {
    const { changes } = await follow(7, 'events-failed', 'watch-events');
    expect(types(changes)).toEqual(['listed', ...Array.from({ length: 6 }, () => 'added')]);
  });

  it('read initial events as additions', async () => {
    const { changes, asked } = await follow(3, 'pods-rv0', 'watch-initial-events');
    expect(types(changes)).toEqual(['listed', 'added', 'added']);
    expect(asked[2]?.query.get('resourceVersion')).toBe('42511');
  });

  it('end where they are forbidden', async () => {
    await expect(follow(2, 'pods-rv0', 'anonymous-403')).rejects.toThrow(
      /Pods of namespace shop-prod: pods is forbidden/,
    );
  });
});
