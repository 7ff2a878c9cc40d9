import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../src/testing/replay-server.ts';
import { pullwhy, type Ran } from './run-cli.ts';
import { resourceIn } from './support/api-path.ts';
import { namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const objects = recordedObjects('tag-not-found');
const namespace = namespaceOf(objects);
const pod = objects.find((object) => object.kind === 'Pod')?.metadata?.name ?? '';

let folder: string;
let server: ReplayServer | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-live-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Runs the command against a replayed cluster, through a kubeconfig as a user has it. */
async function live(args: readonly string[], options: Partial<ReplayOptions> = {}): Promise<Ran> {
  server = await startReplayServer({ objects, now: '2026-11-20T22:00:00Z', ...options });
  const file = join(folder, 'config');
  writeFileSync(file, server.kubeconfig(namespace));
  return pullwhy([...args, '--kubeconfig', file]);
}

const lines = (text: string) => text.trimEnd().split('\n');

describe('exit codes', () => {
  it.each([
    ['what is stuck in the namespace of the context', []],
    ['another namespace', ['-n', namespace]],
    ['all namespaces', ['-A']],
    ['one pod', [`pod/${pod}`]],
    ['a workload', ['deploy/api']],
    ['a selector', ['-l', 'app=api']],
    ['all pods that run, too', ['--thorough']],
  ])('1 with an incident: %s', async (_, args) => {
    const { code, stdout, stderr } = await live(args);
    expect(stdout).toContain('Tag 1.5.0 does not exist in registry.acme.example/shop/api');
    expect([code, stderr]).toEqual([1, '']);
  });

  it('0 with nothing stuck among what was asked for, which is named', async () => {
    const { code, stdout } = await live(['-l', 'app=other']);
    expect(stdout).toContain(`No image pull failures in namespace ${namespace} (labels app=other)`);
    expect(code).toBe(0);
  });

  it('0 with nothing stuck: one sentence that says what was looked at', async () => {
    const { code, stdout } = await live([], {
      now: new Date().toISOString(),
      objects: objects.filter(({ kind }) => kind === 'Namespace' || kind === 'Node'),
    });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^No image pull failures in namespace \S+ of replay \(127\.0\.0\.1:\d+\): looked at pending pods[^.]*\. $/,
    );
    expect(code).toBe(0);
  });

  it.each([
    [
      'an unknown pod',
      [`pod/${pod}x`],
      new RegExp(`no Pod ${pod}x in namespace ${namespace} .*did you mean ${pod}\\?`),
    ],
    ['an unknown workload', ['deploy/appi'], /no Deployment appi in namespace .*did you mean api\?/],
    [
      'the wrong namespace',
      ['-n', 'kube-system', `pod/${pod}`],
      new RegExp(`it is in namespace ${namespace}: -n ${namespace}`),
    ],
    [
      'an unknown namespace',
      ['-n', `${namespace}s`],
      new RegExp(`no namespace ${namespace}s .*did you mean ${namespace}\\?`),
    ],
    ['an unknown context', ['--context', 'repla'], /no context repla in .*did you mean replay\?/],
    ['a name in all namespaces', ['-A', 'pod/x'], /a name needs one namespace/],
    ['no duration', ['--request-timeout', 'soon'], /--request-timeout soon is no duration/],
  ])('2 with one line for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await live(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toEqual([expect.stringMatching(message)]);
  });

  it('3 with the partial result when no pod may be seen', async () => {
    const { code, stdout, stderr } = await live([], { deny: [{ resource: 'pods' }] });
    expect(stdout).toContain('registry.acme.example/shop/api');
    expect(lines(stderr)).toEqual([expect.stringMatching(/this login may not list pods/)]);
    expect(code).toBe(3);
  });

  it.each([
    ['nothing may be seen', { deny: [{}] }, [], /this login may not list pods/],
    [
      'a refused login',
      { tokens: ['canary'], faults: [{ on: {}, fault: { kind: 'status', status: 401 } }] },
      [],
      /does not accept this login/,
    ],
    [
      'silence',
      { faults: [{ on: {}, fault: { kind: 'hang' } }] },
      ['--request-timeout', '200ms'],
      /no answer in 200 ms/,
    ],
    ['a web page', { faults: [{ on: {}, fault: { kind: 'html' } }] }, [], /a web page came instead of JSON/],
  ] as const)('3 with one line for %s', async (_, options, args, message) => {
    const { code, stdout, stderr } = await live(args, options);
    expect(lines(stderr)).toEqual([expect.stringMatching(message)]);
    expect([code, stdout]).toEqual([3, '']);
  });

  it('3 when the cluster cannot be reached, with host and step', async () => {
    const file = join(folder, 'gone');
    const gone = await startReplayServer({ objects: [] });
    writeFileSync(file, gone.kubeconfig());
    await gone.close();
    const { code, stderr } = await pullwhy(['--kubeconfig', file]);
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/the cluster 127\.0\.0\.1:\d+ \(context replay\) cannot be reached: TCP/),
    ]);
    expect(code).toBe(3);
  });
});

describe('rbac', () => {
  const rules = (yaml: string) =>
    (parseDocument(yaml.split('---')[0] ?? '').toJS() as { rules: { resources: string[]; verbs: string[] }[] }).rules;

  it.each([
    [[], { secrets: false, nodes: false }],
    [['--with-secrets'], { secrets: true, nodes: false }],
    [['--with-nodes'], { secrets: false, nodes: true }],
  ])('prints what is needed with %j', async (args, expected) => {
    const { code, stdout } = await pullwhy(['rbac', ...args]);
    const resources = rules(stdout).flatMap((rule) => rule.resources);
    expect({ secrets: resources.includes('secrets'), nodes: resources.includes('nodes') }).toEqual(expected);
    expect(rules(stdout).flatMap((rule) => rule.verbs)).not.toContain('*');
    expect(code).toBe(0);
  });

  it('allows all that a diagnosis asks for', async () => {
    const allowed = rules((await pullwhy(['rbac', '--with-secrets', '--with-nodes'])).stdout);
    await live(['-A']);
    const asked = (server?.requests ?? []).map(({ verb, path }) => ({ verb, resource: resourceIn(path) }));
    expect(asked.length).toBeGreaterThan(5);
    // Which APIs there are, everybody may ask.
    for (const { verb, resource } of asked.filter((each) => each.resource !== '')) {
      const rule = allowed.some((each) => each.resources.includes(resource) && each.verbs.includes(verb));
      expect(rule, `${verb} ${resource}`).toBe(true);
    }
  });
});

describe('--wait', () => {
  it('ends with 0 when the pods run, says when the kubelet tries again, and what changed', async () => {
    const stuck = objects.find(({ kind }) => kind === 'Pod');
    const status = { phase: 'Running', containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }] };
    const { code, stderr } = await live(['-q', '--wait', '--wait-timeout', '60s'], {
      // Mended as soon as somebody watches.
      onRequest: (verb) => {
        if (verb === 'watch' && stuck !== undefined) setImmediate(() => server?.store.put({ ...stuck, status }));
      },
    });
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/^waiting; the kubelet tries again/),
      `${namespace}/${pod}: ImagePullBackOff`,
      `${namespace}/${pod}: Running`,
      'the pod runs',
    ]);
    expect(code).toBe(0);
  });

  it('ends with 1 when the time is over', async () => {
    const { code, stderr } = await live(['-q', '--wait', '--wait-timeout', '300ms']);
    expect(lines(stderr).at(-1)).toMatch(/still not running/);
    expect(code).toBe(1);
  });
});

describe('--alert', () => {
  it.each([
    ['the pod that fires', { labels: { namespace, pod } }],
    ['a pod that has been replaced since', { labels: { namespace, pod: 'api-gone' } }],
  ])('diagnoses %s', async (_, alert) => {
    const file = join(folder, 'alert.json');
    writeFileSync(file, JSON.stringify({ version: '4', alerts: [{ status: 'firing', ...alert }] }));
    const { code, stdout } = await live(['--alert', file]);
    expect(stdout).toContain('Tag 1.5.0 does not exist');
    expect(code).toBe(1);
  });
});
