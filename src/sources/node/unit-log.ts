import { startsEntry } from '../bundle/logs/entry.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { textOf } from '../cluster/exchange.ts';
import type { Problem } from '../cluster/problem.ts';
import { namesInListing } from './log-listing.ts';
import { type NewestPart, newestPart } from './newest-part.ts';

/** What a kubelet gave when asked for the log of a unit. */
export type UnitLog =
  | ({ readonly kind: 'log' } & NewestPart)
  /** It knows no log of that name, or has no lines of that time. */
  | { readonly kind: 'absent' }
  /** Log queries are not enabled: the question is ignored and /var/log is listed instead (seen on 1.36). */
  | { readonly kind: 'off'; readonly names: readonly string[] }
  /** Words that are neither a log nor known. */
  | { readonly kind: 'said'; readonly words: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface LogLimits {
  /** RFC 3339. */
  readonly since?: string;
  /** Kept of one log: its end. */
  readonly keepBytes: number;
}

/** The most that the kubelet takes (kubelet_server_journal.go, 1.36). */
const MAX_TAIL_LINES = 100_000;
const LAST_LINES = 2_000;
/** A file that is given whole is read to its end, for the end is what is wanted; but not for ever. */
const MAX_READ = 1024 * 2 ** 20;
/** Longer answers are logs. */
const MAX_WORDS = 4096;
const MAX_LISTING = 2 ** 20;
/** The kubelet gives journalctl 30 s, which may print nothing until then. */
const IDLE_MS = 45_000;

/** `/api/v1/nodes/node-a/proxy/…`: the node's kubelet, through the API server. */
export function kubeletPath(node: string, path: string): string {
  return `/api/v1/nodes/${encodeURIComponent(node)}/proxy/${path}`;
}

/**
 * The log of a systemd unit by log query. Failures of the kubelet come as status 200 with a line of text, so what came
 * is judged by its form: a log has lines that begin as log entries do.
 */
export async function readUnitLog(
  client: ClusterClient,
  node: string,
  unit: string,
  limits: LogLimits,
): Promise<UnitLog> {
  const { since } = limits;
  const query = new URLSearchParams({
    query: unit,
    tailLines: String(MAX_TAIL_LINES),
    ...(since === undefined ? {} : { sinceTime: since }),
  });
  const answer = await queryLog(client, node, query, limits);
  if (answer.kind !== 'said') return answer;
  // The node keeps plain files and no journal: they are given without options only.
  if (/resolved to log files/.test(answer.words))
    return queryLog(client, node, new URLSearchParams({ query: unit }), limits);
  // A unit that was quiet for so long: its last lines tell when it went quiet.
  if (/^-- No entries --$/.test(answer.words) && since !== undefined) {
    query.delete('sinceTime');
    query.set('tailLines', String(LAST_LINES));
    const last = await queryLog(client, node, query, limits);
    return last.kind === 'said' ? { kind: 'absent' } : last;
  }
  return answer;
}

async function queryLog(
  client: ClusterClient,
  node: string,
  query: URLSearchParams,
  { keepBytes }: LogLimits,
): Promise<UnitLog> {
  const answer = await client.open(kubeletPath(node, `logs/?${query}`), { idleMs: client.requestTimeoutMs ?? IDLE_MS });
  if (!answer.ok) return { kind: 'problem', problem: answer.problem };
  const { contentType, body } = answer.value;
  if (contentType.startsWith('text/html')) {
    const names = namesInListing(await textOf({ body }, MAX_LISTING));
    return names === undefined ? { kind: 'said', words: 'a web page' } : { kind: 'off', names };
  }
  const part = await newestPart(body, { keep: keepBytes, read: MAX_READ });
  return judge(part);
}

function judge(part: NewestPart): UnitLog {
  if (part.bytes.length > MAX_WORDS) return { kind: 'log', ...part };
  const text = new TextDecoder().decode(part.bytes);
  if (text.split('\n').some(startsEntry)) return { kind: 'log', ...part };
  if (part.broken === true) return { kind: 'problem', problem: { kind: 'broken', message: 'the answer broke off' } };
  const words = text.trim();
  return words === '' || /^log not found for/m.test(words) ? { kind: 'absent' } : { kind: 'said', words };
}

/** The newest part of a file below /var/log. */
export async function readLogFile(
  client: ClusterClient,
  node: string,
  file: string,
  { keepBytes }: LogLimits,
): Promise<UnitLog> {
  const path = file.split('/').map(encodeURIComponent).join('/');
  const answer = await client.open(kubeletPath(node, `logs/${path}`), {
    lastBytes: keepBytes,
    idleMs: client.requestTimeoutMs ?? IDLE_MS,
  });
  if (!answer.ok)
    return answer.problem.kind === 'not-found' ? { kind: 'absent' } : { kind: 'problem', problem: answer.problem };
  const { body, cut, contentType } = answer.value;
  if (contentType.startsWith('text/html')) {
    return { kind: 'off', names: namesInListing(await textOf({ body }, MAX_LISTING)) ?? [] };
  }
  const part = await newestPart(body, { keep: keepBytes, read: MAX_READ, beginsInside: cut });
  return { kind: 'log', ...part };
}
