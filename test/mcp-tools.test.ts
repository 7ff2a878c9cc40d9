import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Host } from '../src/apps/mcp/host.ts';
import { PUBLISHED_TOOLS } from '../src/apps/mcp/published.gen.ts';
import { publishedTool } from '../src/apps/mcp/published.ts';
import { DEFAULT_SETTINGS } from '../src/apps/mcp/settings.ts';
import { TOOL_NAMES, toolNamed } from '../src/apps/mcp/tools/all.ts';
import { toolsPage } from '../tools/tools-page.ts';
import { serveReplayed } from './support/mcp.ts';

/** Names that agents know from the procedures, and pullwhy's own. */
const CONTRACT = [
  ...['collect', 'status', 'validate', 'errors', 'read', 'search', 'correlate', 'compare_nodes', 'summarize'],
  ...['storage_diagnostics', 'network_diagnostics', 'cluster_health', 'history', 'list_sops', 'get_sop'],
  ...['list_k8s_resources', 'get_k8s_events', 'get_image_pull_events'],
  ...['get_service_account_details', 'get_secret_exists'],
  ...['diagnose', 'decode', 'explain_cause', 'probe_image', 'check_credentials', 'preflight', 'audit', 'run_sop'],
];

const host = (debugPod: boolean) =>
  new Host({ openAccess: async () => Promise.reject(new Error('no cluster here')), settings: { debugPod } });

describe('the tools', () => {
  it('are those of the contract', () => {
    expect([...TOOL_NAMES].sort()).toEqual([...CONTRACT].sort());
  });

  it('are published as they are: npm run gen', async () => {
    const tools = await Promise.all(TOOL_NAMES.map((name) => toolNamed(name, DEFAULT_SETTINGS)));
    expect(PUBLISHED_TOOLS).toEqual(JSON.parse(JSON.stringify(tools.map(publishedTool))));
    expect(readFileSync('docs/tools.md', 'utf8')).toBe(await toolsPage());
  });

  it.each(['get_image_pull_events', 'get_service_account_details', 'get_secret_exists'])(
    '%s takes name and namespace, in this order',
    (name) => {
      const tool = PUBLISHED_TOOLS.find((each) => each.name === name);
      expect(Object.keys(tool?.inputSchema.properties ?? {}).slice(0, 2)).toEqual(['name', 'namespace']);
      expect(tool?.inputSchema.required).toEqual(['name', 'namespace']);
    },
  );

  it.each(['collect', 'status', 'errors', 'search', 'correlate', 'summarize', 'storage_diagnostics'])(
    '%s takes node as well as instanceId',
    (name) => {
      const tool = PUBLISHED_TOOLS.find((each) => each.name === name);
      expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(expect.arrayContaining(['node', 'instanceId']));
    },
  );

  it('give gaps and coverage with every answer', async () => {
    for (const name of TOOL_NAMES) {
      const { output } = await toolNamed(name, DEFAULT_SETTINGS);
      expect(Object.keys(output.shape), name).toEqual(expect.arrayContaining(['gaps', 'coverage']));
    }
  });

  it('are small enough to be told to a model', () => {
    for (const { name, description, inputSchema } of PUBLISHED_TOOLS)
      expect(description.length + JSON.stringify(inputSchema).length, name).toBeLessThan(4_500);
  });
});

describe('the one tool that may change a cluster', () => {
  it('is marked where it is allowed, and only there', async () => {
    const hintsOf = async (allowed: boolean) =>
      (await host(allowed).publishedTools()).map(({ name, annotations }) => [name, annotations.readOnlyHint]);
    expect((await hintsOf(false)).filter(([, readOnly]) => readOnly !== true)).toEqual([]);
    expect((await hintsOf(true)).filter(([, readOnly]) => readOnly !== true)).toEqual([['collect', false]]);
  });

  it('refuses where it is not', async () => {
    const result = await host(false).call(
      'collect',
      { node: 'node-a', by: 'debug-pod' },
      { signal: new AbortController().signal },
    );
    expect(result).toMatchObject({ ok: false, structured: { error: { code: 'not_allowed' } } });
  });
});

describe('an audit in pages', () => {
  const running = (name: string, image: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, creationTimestamp: '2026-11-20T21:00:00Z' },
    spec: { nodeName: 'node-a', containers: [{ name: 'app', image }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'app', image, imageID: `${image}@sha256:${'a'.repeat(64)}`, state: { running: {} } }],
    },
  });

  it('tells each finding once, and asks the cluster once', async () => {
    const objects = ['3.1', '3.2', '3.3'].map((tag) => running(`pause-${tag}`, `k8s.gcr.io/pause:${tag}`));
    const served = await serveReplayed({ transport: 'stdio', revision: 'modern' }, { objects, namespace: 'shop' });
    const audit = async (args: object) =>
      (await served.client.callTool({ name: 'audit', arguments: { ...args } })).structuredContent as {
        readonly findings: readonly { readonly subject: string }[];
        readonly nextPageToken?: string;
      };
    const whole = await audit({});
    expect(whole.findings.length).toBeGreaterThan(1);
    let page = await audit({ limit: 1 });
    const asked = served.cluster.requests.length;
    const told = [...page.findings];
    while (page.nextPageToken !== undefined) {
      page = await audit({ limit: 1, pageToken: page.nextPageToken });
      told.push(...page.findings);
    }
    expect(told).toEqual(whole.findings);
    expect(served.cluster.requests.length).toBe(asked);
    await served.close();
  });
});
