import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Served, serveReplayed, WAYS, type Way } from './support/mcp.ts';
import { type Recording, recordingOf } from './support/mcp-recording.ts';

/** Failures of every kind whose node logged them. */
const RECORDED = [
  'basic-auth-wrong-password',
  'blob-missing-404',
  'captive-portal-html',
  'connection-refused',
  'credential-provider-failing',
  'disk-full-unpack',
  'dns-server-down',
  'forbidden-403-denied',
  'http-response-to-https',
  'invalid-name-uppercase',
  'mirror-hosts-toml-syntax',
  'platform-windows-only',
  'proxy-auth-required',
  'pull-secret-opaque-dockerconfigjson',
  'pull-secret-wrong-host',
  'rate-limit-hub-manifest',
  'registry-502',
  'sandbox-image-not-found',
  'tag-not-found--containerd-1.6',
  'x509-unknown-authority',
];

type Answer = Readonly<Record<string, unknown>>;

/** Calls a tool as an agent does; the client of the SDK checks each answer against the schema that was published. */
async function call({ client }: Served, name: string, args: object): Promise<Answer> {
  const { structuredContent, isError } = await client.callTool({ name, arguments: { ...args } });
  expect(isError, `${name} ${JSON.stringify(structuredContent)}`).not.toBe(true);
  return structuredContent as Answer;
}

/** The same, of a tool whose answer counts also when it is that something cannot be had. */
async function mayFail({ client }: Served, name: string, args: object): Promise<Answer> {
  return (await client.callTool({ name, arguments: { ...args } })).structuredContent as Answer;
}

function idsIn(list: unknown): readonly string[] {
  return (list as readonly { readonly id: string }[]).map(({ id }) => id);
}

function causesIn(list: unknown): readonly string[] {
  return (list as readonly { readonly cause: { readonly id: string } }[]).map(({ cause }) => cause.id);
}

/** collect → status, until nothing more comes. */
async function collected(served: Served, args: object): Promise<string> {
  const { executionId } = await call(served, 'collect', args);
  for (;;) {
    const { done, collection } = await call(served, 'status', { executionId });
    if (done !== true) continue;
    expect((collection as { readonly state: string }).state).toMatch(/^(?:complete|partial)$/);
    return String(executionId);
  }
}

/** The example of the procedure C1: collect → status → errors → search → storage → network → correlate → compare → summarize. */
async function walkProcedure(served: Served, { node, accepted }: Recording): Promise<void> {
  const executionId = await collected(served, { node });
  const errors = await call(served, 'errors', { node });
  const query = 'failed to pull|401 Unauthorized|403 Forbidden|failed to resolve reference|no space left';
  const search = await call(served, 'search', { node, query });
  await call(served, 'storage_diagnostics', { node });
  const network = await call(served, 'network_diagnostics', { node, sections: 'dns' });
  expect(network.asked).toEqual(['dns']);
  await call(served, 'correlate', { node, pivotEvent: 'failed to pull', timeWindow: 120 });
  const later = await collected(served, { node, token: 'later' });
  await call(served, 'compare_nodes', { executionIds: [executionId, later] });
  const ids = [...idsIn(errors.findings), ...idsIn(search.matches).slice(0, 5)];
  const summary = await call(served, 'summarize', { executionId, finding_ids: [...ids, 'S-999'] });
  expect(summary.unresolvedFindingIds).toEqual(['S-999']);
  expect(idsIn(summary.findings).every((id) => ids.includes(id))).toBe(true);
  // The logs of a node do not tell what is in a Secret: there the answer of the text is right.
  const byLogs = [...accepted.exact, ...(accepted.text ?? [])];
  expect(byLogs).toContain(causesIn(summary.rootCauses)[0]);
  const { report } = await call(served, 'diagnose', { executionIds: [executionId] });
  expect(accepted.exact).toEqual(expect.arrayContaining([...causesIn((report as Answer).incidents)]));
}

/** The decision tree of the guide: events, the reference, pull secrets and ServiceAccount, until the stop condition. */
async function walkTree(
  served: Served,
  { pod, namespace, serviceAccount, accepted, onlyInLogs }: Recording,
): Promise<void> {
  const { events } = await call(served, 'get_image_pull_events', { name: pod, namespace });
  const failed = (events as readonly { readonly reason: string; readonly message: string }[]).find(
    ({ reason }) => reason === 'Failed',
  );
  if (failed !== undefined) await call(served, 'decode', { text: failed.message });
  const account = await call(served, 'get_service_account_details', { name: serviceAccount, namespace });
  for (const name of account.imagePullSecrets as readonly string[]) {
    const { exists, state } = await call(served, 'get_secret_exists', { name, namespace });
    expect([true, false]).toContain(exists);
    expect(['exists', 'missing']).toContain(state);
  }
  await mayFail(served, 'check_credentials', { namespace, pod });
  const run = await call(served, 'run_sop', { id: 'TSG-POD-IMAGEPULL-001', inputs: { pod, namespace } });
  const ends = onlyInLogs ? [...accepted.exact, ...(accepted.text ?? [])] : [...accepted.exact];
  expect([run.ended, causesIn(run.rootCauses)]).toEqual(['stopped', [expect.toBeOneOf(ends)]]);
}

async function served(recording: Recording, way: Way, walk: (served: Served, recording: Recording) => Promise<void>) {
  const store = mkdtempSync(join(tmpdir(), 'pullwhy-walk-'));
  const { replay, namespace } = recording;
  const open = await serveReplayed(way, { ...replay, namespace, settings: { store } });
  try {
    await open.client.listTools();
    await walk(open, recording);
  } finally {
    await open.close();
    rmSync(store, { recursive: true });
  }
}

/** Each walk goes over each transport and in each era of the protocol for a share of the recordings. */
const [STDIO_LEGACY, STDIO_MODERN, HTTP_LEGACY, HTTP_MODERN] = WAYS;
const TURNS: readonly (readonly [Way, Way])[] = [
  [STDIO_LEGACY, HTTP_MODERN],
  [HTTP_MODERN, STDIO_LEGACY],
  [STDIO_MODERN, HTTP_LEGACY],
  [HTTP_LEGACY, STDIO_MODERN],
];

it.each(RECORDED.map((scenario, at) => ({ scenario, turn: at % TURNS.length })))(
  '$scenario: both procedures end in the right cause',
  async ({ scenario, turn }) => {
    const recording = recordingOf(scenario);
    const [first, second] = TURNS[turn] ?? [STDIO_LEGACY, HTTP_MODERN];
    await served(recording, first, walkProcedure);
    await served(recording, second, walkTree);
  },
);
