import { describe, expect, it } from 'vitest';
import type { Question } from '../src/sources/cluster/question.ts';
import type { Fault, RequestMatch } from '../src/testing/faults.ts';
import { askLive, type LiveOptions, type LiveRun, namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const SCENARIO = 'pull-secret-wrong-port';
const objects = recordedObjects(SCENARIO);
const namespace = namespaceOf(objects);
const now = '2026-11-20T23:30:00Z';
/** Only what hangs is waited for; a busy machine takes its time over the rest. */
const HASTY = { requestTimeoutMs: 800 };

async function ask(options: Partial<LiveOptions>, question: Question = { namespace, targets: [] }): Promise<LiveRun> {
  const hangs = options.faults?.some(({ fault }) => fault.kind === 'hang') === true;
  return askLive(question, { objects, now, ...(hangs ? { client: HASTY } : {}), ...options });
}

const causes = ({ report }: LiveRun) => report.incidents.map(({ cause, verdict }) => `${cause.id} ${verdict}`);
const gapsAbout = ({ report }: LiveRun, what: string) => report.unknowns.filter((gap) => gap.what.startsWith(what));

const RIGHT = ['pull-secret-host-mismatch confirmed'];

/** Without these the answer is the same: they only add to it. */
const SIDE = [
  ['events', 'Events of namespace'],
  ['serviceaccounts', 'ServiceAccount '],
  ['deployments', 'Deployment '],
  ['replicasets', 'ReplicaSet '],
  ['nodes', 'Node '],
] as const;

describe('a right that is missing', () => {
  it.each(SIDE)(
    '%s: the same answer, and a gap that says which right and how to ask for it',
    async (resource, what) => {
      const run = await ask({ deny: [{ resource }] });
      expect(causes(run)).toEqual(RIGHT);
      const [gap] = gapsAbout(run, what);
      expect(gap?.why).toBe('forbidden');
      expect(gap?.how).toMatch(new RegExp(`^kubectl auth can-i (?:get|list) ${resource}`));
      expect(gap?.how).toMatch(/Role rule: apiGroups: \["[a-z]*"\], resources: \[[a-z]+\].* verbs: \[(?:get|list)\]/);
      expect(run.unfinished).toBeUndefined();
    },
  );

  it('secrets: a more general answer, never "missing" and never confirmed by what was not seen', async () => {
    const run = await ask({ deny: [{ resource: 'secrets' }] });
    expect(run.report.incidents.length).toBe(1);
    expect(run.report.incidents[0]?.cause.id).not.toBe('pull-secret-missing');
    expect(run.report.incidents[0]?.cause.id).not.toBe('pull-secret-host-mismatch');
    expect(run.report.incidents[0]?.verdict).not.toBe('confirmed');
    const [gap] = gapsAbout(run, `Secret ${namespace}/regcred`);
    expect(gap).toMatchObject({
      why: 'forbidden',
      how: expect.stringContaining(`kubectl auth can-i get secrets/regcred -n ${namespace}`),
    });
    expect(gap?.how).toContain('resourceNames: [regcred]');
  });

  it.each([['deployments'], ['deployments', 'replicasets']])(
    'on the very workload that was asked for (%s %s): found by what its pods say of their owners',
    async (...resources) => {
      const pod = objects.find(({ kind }) => kind === 'Pod');
      const hash = String(pod?.metadata?.labels?.['pod-template-hash']);
      const owners = (pod?.metadata?.ownerReferences ?? []) as readonly { readonly name: string }[];
      const owner = owners[0]?.name ?? '';
      const name = owner.slice(0, -hash.length - 1);
      const run = await ask(
        {
          deny: resources.map((resource) => ({ resource })),
          select: (subject) => subject.owners.some((each) => each.kind === 'Deployment' && each.name === name),
        },
        { namespace, targets: [{ kind: 'Deployment', name }] },
      );
      expect(causes(run)).toEqual(RIGHT);
      expect(run.unfinished).toBeUndefined();
    },
  );

  it('on a workload none of whose pods is stuck: says that it could not be looked at, never that all is well', async () => {
    const run = await ask(
      { deny: [{ resource: 'deployments' }], select: () => false },
      { namespace, targets: [{ kind: 'Deployment', name: 'web' }] },
    );
    expect(run.unfinished).toMatch(
      /^Deployment web in namespace \S+ could not be looked at: forbidden: kubectl auth can-i get deployments\.apps\/web/,
    );
  });

  it('pods: what the events tell, and why no more could be seen', async () => {
    const run = await ask({ deny: [{ resource: 'pods' }] });
    expect(run.unfinished).toMatch(
      /^no pod in namespace \S+ could be seen on .*: this login may not list pods .*pullwhy rbac/,
    );
    expect(run.report.incidents.length).toBe(1);
  });

  it('everything: nothing but the reason', async () => {
    const run = await ask({ deny: [{}] }, { targets: [] });
    expect(run.unfinished).toMatch(/no pod of any namespace .*a namespace may be allowed: -n NAMESPACE/);
    expect(run.report.incidents).toEqual([]);
  });
});

const BROKEN: readonly (readonly [string, Fault, string])[] = [
  ['500', { kind: 'status', status: 500 }, 'refused'],
  ['a hang', { kind: 'hang' }, 'timeout'],
  ['a reset inside the body', { kind: 'reset-mid-body' }, 'unreachable'],
  ['half a JSON', { kind: 'invalid-json' }, 'unreadable'],
  ['a web page', { kind: 'html' }, 'unreadable'],
  ['410', { kind: 'gone' }, 'expired'],
  ['endless 429', { kind: 'status', status: 429, retryAfterSeconds: 0.01 }, 'refused'],
];

describe.each(BROKEN)('%s', (_, fault, why) => {
  it.each(SIDE)('on %s: the same answer with a gap', async (resource, what) => {
    const run = await ask({ faults: [{ on: { resource }, fault }] });
    expect(causes(run)).toEqual(RIGHT);
    expect(gapsAbout(run, what)[0]?.why).toBe(why);
    expect(run.unfinished).toBeUndefined();
  });

  it('on secrets: a gap, never "missing"', async () => {
    const run = await ask({ faults: [{ on: { resource: 'secrets' }, fault }] });
    expect(run.report.incidents[0]?.cause.id).not.toBe('pull-secret-missing');
    expect(gapsAbout(run, 'Secret ')[0]?.why).toBe(why);
  });

  it('on pods: one line that says why it is not finished, beside what the events tell', async () => {
    const run = await ask({ faults: [{ on: { resource: 'pods' }, fault }] });
    expect(run.unfinished).toMatch(
      /^no pod in namespace \S+ could be seen on 127\.0\.0\.1:\d+ \(context replay\): [^\n]+$/,
    );
  });
});

const PASSING: readonly (readonly [string, Fault])[] = [
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503 }],
  ['429', { kind: 'status', status: 429, retryAfterSeconds: 0.01 }],
  ['a reset', { kind: 'reset-mid-body' }],
];

describe.each(PASSING)('%s that passes', (_, fault) => {
  const all: RequestMatch[] = ['pods', 'events', 'secrets', 'nodes'].map((resource) => ({ resource }));
  it('leaves no trace', async () => {
    const run = await ask({ faults: all.map((on) => ({ on, fault, times: 1 })) });
    expect(causes(run)).toEqual(RIGHT);
    expect(run.report.unknowns).toEqual([]);
  });
});

describe('clocks', () => {
  it.each([3_600, -3_600])('%i s off: the same answer, and the doubt is told', async (seconds) => {
    const run = await ask({ faults: [{ on: {}, fault: { kind: 'clock-skew', seconds } }] });
    expect(causes(run)).toEqual(RIGHT);
    const words = seconds > 0 ? 'ahead of' : 'behind';
    expect(gapsAbout(run, 'the right time')[0]?.what).toContain(`60 min ${words} this machine's`);
  });
});

describe('a login that is refused', () => {
  it('throws one line when nothing could be seen', async () => {
    const fault = { kind: 'status', status: 401 } as const;
    await expect(ask({ faults: [{ on: {}, fault }] })).rejects.toMatchObject({
      name: 'ClusterError',
      message: expect.stringMatching(/does not accept this login \(auth: 401 Unauthorized\): log in again/),
    });
  });

  it('keeps what was seen before it ended', async () => {
    const fault = { kind: 'status', status: 401 } as const;
    const run = await ask({ faults: [{ on: { resource: 'nodes' }, fault }] });
    expect(run.report.incidents.length).toBe(1);
    expect(run.unfinished).toMatch(/does not accept this login/);
  });
});

describe('what is asked for', () => {
  it('names Secrets only as the pod and its ServiceAccount name them, and never lists them', async () => {
    for (const question of [{ namespace, targets: [] }, { targets: [] }]) {
      const { paths } = await ask({}, question);
      const secrets = paths.filter((path) => path.includes('/secrets'));
      expect(secrets).toEqual([`get /api/v1/namespaces/${namespace}/secrets/regcred`]);
      expect(paths.filter((path) => /^list \/api\/v1\/pods\?(?!.*status\.phase)/.test(path))).toEqual([]);
    }
  });
});
