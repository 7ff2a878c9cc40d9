import { didYouMean } from '../../core/nearest.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CallTool, ToolAnswer } from '../../sop/call.ts';
import type { EvidenceTools } from '../../tasks/evidence/evidence-tools.ts';
import { Host, unknownTool } from '../mcp/host.ts';
import { parseDuration } from './duration.ts';
import type { LiveFlags } from './live.ts';
import { openStore } from './node-bundle.ts';
import { readStandardInput } from './stdin.ts';

export interface SopToolFlags extends LiveFlags {
  readonly from?: readonly string[];
  readonly store?: string;
  readonly sopDir?: readonly string[];
}

/** The tools that a procedure may call. */
export interface SopTools {
  readonly callTool: CallTool;
  close(): Promise<void>;
}

/** The tools of the MCP server: over the cluster that the flags name, or over evidence on disk. */
export async function openSopTools(flags: SopToolFlags, now: string): Promise<SopTools> {
  const host = hostOf(flags);
  const live: CallTool = async (name, input, signal) => {
    const result = await host.call(name, input, { signal });
    if (result === undefined) return refused('unknown_tool', unknownTool(name));
    return result.ok ? { ok: true, structured: result.structured } : { ok: false, error: result.structured.error };
  };
  const callTool = flags.from === undefined ? live : await overEvidence(flags.from, flags, now, live);
  return { callTool, close: () => host.close() };
}

function hostOf(flags: SopToolFlags): Host {
  const requestTimeoutMs = parseDuration('--request-timeout', flags.requestTimeout);
  return new Host({
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    openAccess: async () => {
      if (flags.from !== undefined) throw new Error('the evidence of --from is asked, and no cluster');
      const { openAccess } = await import('../../sources/cluster/access.ts');
      return openAccess(flags, { suggest: didYouMean });
    },
    settings: {
      // As everywhere on the command line: registries are asked only with --registry.
      registries: flags.registry === true,
      privateRegistries: flags.allowPrivateRegistries === true,
      ...(flags.store === undefined ? {} : { store: flags.store }),
      ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
    },
  });
}

/** Cluster tools answer from the evidence, `collect` brings its logs into the store, the others read them there. */
async function overEvidence(
  from: readonly string[],
  flags: SopToolFlags,
  now: string,
  live: CallTool,
): Promise<CallTool> {
  const [{ readBundle }, { EvidenceTools }] = await Promise.all([
    import('../../sources/bundle/read-bundle.ts'),
    import('../../tasks/evidence/evidence-tools.ts'),
  ]);
  const snapshot = await readBundle(from, { stdin: readStandardInput, store: () => openStore(flags) });
  const tools = new EvidenceTools(snapshot, now);
  return async (name, input, signal) => {
    const ask = CLUSTER_TOOLS[name];
    if (ask !== undefined) return { ok: true, structured: ask(tools, input) };
    if (name === 'collect') return collected(from, snapshot, flags);
    return NEEDS_CLUSTER.has(name)
      ? refused('no_cluster', `${name} asks a live cluster, and --from was given`)
      : live(name, input, signal);
  };
}

const NEEDS_CLUSTER: ReadonlySet<string> = new Set(['cluster_health', 'audit']);

type Input = { readonly [name: string]: unknown };

const CLUSTER_TOOLS: Readonly<Record<string, (tools: EvidenceTools, input: Input) => unknown>> = {
  list_k8s_resources: (tools, input) =>
    tools.list({ kind: word(input.kind) ?? '', ...optional('namespace', input), ...optional('name', input) }),
  get_k8s_events: (tools, input) =>
    tools.events({ ...optional('namespace', input), ...optional('name', input), ...optional('kind', input) }, false),
  get_image_pull_events: (tools, input) =>
    tools.events({ kind: 'Pod', ...optional('namespace', input), ...optional('name', input) }, true),
  get_service_account_details: (tools, input) =>
    tools.serviceAccount(word(input.namespace) ?? '', word(input.name) ?? ''),
  get_secret_exists: (tools, input) => tools.secretExists(word(input.namespace) ?? '', word(input.name) ?? ''),
  check_credentials: (tools, input) => tools.credentials(word(input.namespace) ?? '', word(input.pod) ?? ''),
  diagnose: (tools, input) => {
    const [target] = Array.isArray(input.targets) ? (input.targets as readonly unknown[]) : [];
    return { report: tools.diagnose(word(input.namespace), word(target)?.replace(/^pods?\//, '')) };
  },
};

/** Only what holds logs: objects of a cluster are no evidence of a node. */
async function collected(from: readonly string[], { logs }: Snapshot, flags: SopToolFlags): Promise<ToolAnswer> {
  if (logs.length === 0 || from.includes('-')) {
    return refused('not_collected', 'the evidence of --from holds no log of a node', [
      'give the kubelet and runtime logs of the node, or the archive of a log collector, with --from as well',
    ]);
  }
  const { collectEvidence } = await import('../../tasks/evidence/collect-evidence.ts');
  return { ok: true, structured: { executionId: await collectEvidence(from, await openStore(flags)) } };
}

function refused(code: string, message: string, next: readonly string[] = []): ToolAnswer {
  return { ok: false, error: { code, message, next } };
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function optional<K extends string>(name: K, input: Input): { [key in K]?: string } {
  const value = word(input[name]);
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: string };
}
