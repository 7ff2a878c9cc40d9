import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { didYouMean } from '../../core/nearest.ts';
import type { ToolAnswer } from '../../sop/call.ts';
import type { Access } from '../../sources/cluster/access.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import type { EvidenceTools } from '../../tasks/evidence/evidence-tools.ts';
import type { ToolResult } from './call-tool.ts';
import type { Background, ToolContext } from './context.ts';
import { withJoinedSignal } from './joined-signal.ts';
import type { KeptAudit } from './kept-audit.ts';
import { Limiter } from './limiter.ts';
import type { PublishedTool } from './published.ts';
import { ReportShelf } from './report-shelf.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { Shelf } from './shelf.ts';
import { ToolFailure } from './tool-failure.ts';
import { TOOL_NAMES, type ToolName, toolNamed } from './tools/all.ts';

/** Calls at once, of all connections; each may cost many requests of its own. */
const CALLS_AT_ONCE = 16;
const CALLS_WAITING = 200;
const AUDITS_KEPT = 5;
/** How long work in the background may take to write down how far it got. */
const CLOSE_MS = 3_000;

export interface HostOptions {
  /** Opens the cluster; called once, when a tool first wants it. */
  readonly openAccess: () => Promise<Access>;
  readonly settings?: Partial<Settings>;
  /** Longest wait for an answer of the API server. */
  readonly requestTimeoutMs?: number;
  /** RFC 3339; the real time when left out. */
  readonly now?: () => string;
}

/** It could go on for ever. */
const NO_SOP_IN_SOP = 'a procedure may not run another one';
const NO_CLUSTER = 'this server serves evidence on disk (--from), not a cluster';
const WITH_EVIDENCE =
  'diagnose reads the evidence; validate, errors, search and the diagnostics read what it holds of nodes';

/** How a call is followed by its caller. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ToolContext['progress'] | undefined;
}

/** What all connections of a server share: the cluster, the limits, the last reports. */
export class Host {
  readonly settings: Settings;
  readonly reports = new ReportShelf();
  readonly audits = new Shelf<KeptAudit>('A', AUDITS_KEPT);
  readonly #options: HostOptions;
  readonly #limiter = new Limiter(CALLS_AT_ONCE, CALLS_WAITING);
  readonly #closing = new AbortController();
  readonly #tasks = new Set<Promise<unknown>>();
  readonly #background: Background = {
    signal: this.#closing.signal,
    cluster: () => this.#cluster(this.#closing.signal),
    run: (task) => {
      const settled = task.catch(() => undefined).finally(() => this.#tasks.delete(settled));
      this.#tasks.add(settled);
    },
  };
  #access: Promise<Access> | undefined;
  #given: Promise<EvidenceTools> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    // Every call listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
  }

  /** What `tools/list` tells. Only what this server may do more than others is made now. */
  async publishedTools(): Promise<readonly PublishedTool[]> {
    const { PUBLISHED_TOOLS } = await import('./published.gen.ts');
    if (!this.settings.debugPod) return PUBLISHED_TOOLS;
    const [{ publishedTool }, collect] = await Promise.all([
      import('./published.ts'),
      toolNamed('collect', this.settings),
    ]);
    return PUBLISHED_TOOLS.map((tool) => (tool.name === collect.name ? publishedTool(collect) : tool));
  }

  /** Runs a tool. Undefined when there is none of that name. */
  async call(name: string, input: unknown, { signal, onProgress }: CallOptions): Promise<ToolResult | undefined> {
    if (!isToolName(name)) return undefined;
    const { failed } = await import('./call-tool.ts');
    return withJoinedSignal([signal, this.#closing.signal], undefined, (stop) =>
      this.#limiter.run(stop, () => this.#run(name, input, stop, onProgress)).catch(failed),
    );
  }

  /** What a call or a resource may use. */
  context(signal: AbortSignal, onProgress: ToolContext['progress'] = () => undefined): ToolContext {
    return {
      settings: this.settings,
      cluster: () => this.#cluster(signal),
      evidence: () => this.#evidence(),
      reports: this.reports,
      audits: this.audits,
      background: this.#background,
      now: () => this.#now(),
      signal,
      progress: onProgress,
      callTool: (name, input, own = signal) => this.#nested(name, input, own),
    };
  }

  /** Ends all calls and leaves the cluster. */
  async close(): Promise<void> {
    this.#closing.abort(new ToolFailure('cancelled', 'the server is shutting down'));
    await Promise.race([Promise.all(this.#tasks), sleep(CLOSE_MS, undefined, { ref: false })]);
    const access = await this.#access?.catch(() => undefined);
    access?.close();
  }

  #now(): string {
    return this.#options.now?.() ?? new Date().toISOString();
  }

  async #run(
    name: ToolName,
    input: unknown,
    signal: AbortSignal,
    onProgress: ToolContext['progress'] | undefined,
  ): Promise<ToolResult> {
    const [{ callTool }, tool] = await Promise.all([import('./call-tool.ts'), toolNamed(name, this.settings)]);
    return withJoinedSignal([signal], tool.deadlineMs, (limited) =>
      callTool(tool, input, this.context(limited, onProgress)),
    );
  }

  /** A call out of another call: it has its place already. */
  async #nested(name: string, input: unknown, signal: AbortSignal): Promise<ToolAnswer> {
    if (!isToolName(name)) return { ok: false, error: { code: 'invalid_input', message: unknownTool(name) } };
    if (name === 'run_sop') return { ok: false, error: { code: 'not_allowed', message: NO_SOP_IN_SOP } };
    const result = await this.#run(name, input, signal, undefined);
    if (result.ok) return { ok: true, structured: result.structured };
    return { ok: false, error: result.structured.error };
  }

  async #evidence(): Promise<EvidenceTools | undefined> {
    const { from } = this.settings;
    if (from.length === 0) return undefined;
    this.#given ??= evidenceAt(this.settings, this.#now());
    return this.#given;
  }

  async #cluster(signal: AbortSignal): Promise<ClusterClient> {
    if (this.settings.from.length > 0) throw new ToolFailure('no_cluster', NO_CLUSTER, { next: [WITH_EVIDENCE] });
    this.#access ??= this.#options.openAccess();
    try {
      const { requestTimeoutMs } = this.#options;
      const timeout = requestTimeoutMs === undefined ? {} : { requestTimeoutMs };
      // In this order: a login that fails while nobody waits for it would end the process.
      const access = await this.#access;
      const { ClusterClient: Client } = await import('../../sources/cluster/client.ts');
      return new Client(access, { signal, ...timeout });
    } catch (error) {
      // A kubeconfig may be mended while the server runs.
      this.#access = undefined;
      const said = error instanceof Error ? error.message : String(error);
      throw new ToolFailure('no_cluster', said, {
        next: ['tools that need no cluster still answer: decode, explain_cause, probe_image, preflight, list_sops'],
      });
    }
  }
}

function isToolName(name: string): name is ToolName {
  return TOOL_NAMES.some((known) => known === name);
}

/** What to say of a name that is no tool. */
export function unknownTool(name: string): string {
  return `there is no tool ${name.slice(0, 100)}${didYouMean(name.slice(0, 100), TOOL_NAMES)}`;
}

/** Loaded only by servers of evidence on disk. */
async function evidenceAt(settings: Settings, now: string): Promise<EvidenceTools> {
  const [{ readBundle }, { EvidenceTools: Tools }, { storeOf }] = await Promise.all([
    import('../../sources/bundle/read-bundle.ts'),
    import('../../tasks/evidence/evidence-tools.ts'),
    import('./node-evidence.ts'),
  ]);
  return new Tools(await readBundle(settings.from, { store: async () => storeOf({ settings }) }), now);
}
