import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rbacYaml } from '../src/apps/cli/rbac.ts';
import type { Report } from '../src/core/report.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';
import { resourceIn } from './support/api-path.ts';
import { askLive, namespaceOf, objectsFile, recordedObjects, scenarios } from './support/replayed-cluster.ts';

/**
 * The proof lies in a Secret that no pod and no ServiceAccount names. Such Secrets are read with `--thorough` only;
 * without it the answer is more general, never wrong.
 */
const NEEDS_UNNAMED_SECRETS: Readonly<Record<string, string>> = {
  'pull-secret-exists-not-attached': 'no-credentials',
};

interface Role {
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
}

/** Which APIs there are: everybody who is logged in may ask (ClusterRole system:discovery). */
const DISCOVERY = 'get ';

/** `list pods` and what else `pullwhy rbac` prints; Secrets are listed with `--thorough` only. */
const ALLOWED: ReadonlySet<string> = new Set(
  parseAllDocuments(rbacYaml({ withSecrets: true, withNodes: true, withRegistryProxy: true }))
    .flatMap((document) => (document.toJS() as Role).rules)
    .flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)))
    .concat(['list secrets', DISCOVERY]),
);

/** What an incident says: cause, verdict and whom it concerns. */
function sayings({ incidents }: Report): string[] {
  return incidents
    .map(({ cause, verdict, scope }) =>
      JSON.stringify({
        cause: cause.id,
        verdict,
        reach: scope.reach,
        pods: scope.pods
          .map(({ namespace, name, container, image, node }) => [namespace, name, container, image, node])
          .sort(),
        workloads: [...scope.workloads].sort(),
        nodes: [...scope.nodes].sort(),
        namespaces: [...scope.namespaces].sort(),
      }),
    )
    .sort();
}

async function offline(scenario: string): Promise<{ readonly report: Report; readonly now: string }> {
  const snapshot = await readBundle([objectsFile(scenario)]);
  const now = snapshot.takenAt ?? '';
  return { report: diagnose(snapshot, { now }), now };
}

describe.each(scenarios())('%s', (scenario) => {
  const objects = recordedObjects(scenario);
  const namespace = namespaceOf(objects);
  const thorough = Object.hasOwn(NEEDS_UNNAMED_SECRETS, scenario);

  it('gives the same incidents live, asked for its namespace, as from its objects', async () => {
    const { report, now } = await offline(scenario);
    const live = await askLive({ namespace, targets: [], ...(thorough ? { thorough } : {}) }, { objects, now });
    expect(sayings(live.report)).toEqual(sayings(report));
  });

  it('gives the same incidents live, asked for the whole cluster', async () => {
    const { report, now } = await offline(scenario);
    const live = await askLive({ targets: [], ...(thorough ? { thorough } : {}) }, { objects, now });
    expect(sayings(live.report)).toEqual(sayings(report));
    const asked = live.server.requests.map(({ verb, path }) => `${verb} ${resourceIn(path)}`);
    expect(asked.filter((words) => !ALLOWED.has(words))).toEqual([]);
  });

  it('gives the same cause and verdict for one of its pods, in at most 12 requests', async () => {
    const { report, now } = await offline(scenario);
    const incident = report.incidents[0];
    const pod = incident?.scope.pods[0];
    if (incident === undefined || pod === undefined) return;
    const live = await askLive(
      { namespace, targets: [{ kind: 'Pod', name: pod.name }] },
      { objects, now, select: (subject) => subject.pod === pod.name },
    );
    const cause = NEEDS_UNNAMED_SECRETS[scenario] ?? incident.cause.id;
    expect(live.report.incidents[0]?.cause.id).toBe(cause);
    expect(live.report.incidents[0]?.verdict).toBe(incident.verdict);
    expect(live.requests).toBeLessThanOrEqual(12);
  });
});
