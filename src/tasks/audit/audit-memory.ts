import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import type { ProbeOutcome, ProbeOutcomeKind } from '../../core/probe.ts';
import { UsageError } from '../../core/usage-error.ts';

/** Answers of registries from an earlier run of the same audit. */
export interface AuditMemory {
  recall(question: string): ProbeOutcome | undefined;
  /** Written down at once, so that a run that is cut off loses nothing. */
  keep(question: string, outcome: ProbeOutcome): Promise<void>;
}

const HEAD = { pullwhy: 'audit', version: 1 };
/** An older answer may be another today. */
const MAX_AGE_MS = 24 * 3_600_000;
/** Answers of the registry about the image; all others may be different in a moment. */
const LASTING: ReadonlySet<ProbeOutcomeKind> = new Set([
  'pullable',
  'tag-missing',
  'digest-missing',
  'repository-missing',
  'missing',
  'login-wanted',
  'credentials-refused',
  'denied',
  'not-a-registry',
]);

/** Opens the file of `--resume`, or begins it. Throws `UsageError` when it is something else. */
export async function openAuditMemory(file: string, now: string): Promise<AuditMemory> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UsageError(`--resume ${file}: cannot be read (${error.code ?? 'no reason given'})`);
  });
  const [head, ...lines] = text.split('\n');
  if (text === '') await write(file, HEAD);
  else if (parse(head)?.pullwhy !== HEAD.pullwhy)
    throw new UsageError(`--resume ${file}: this is no file of an earlier audit; name another`);
  // The last line of a run that was cut off must not spoil the next.
  else if (!text.endsWith('\n')) await appendFile(file, '\n');
  const known = new Map(lines.flatMap((line) => answerIn(line, Date.parse(now))));
  return {
    recall: (question) => known.get(keyOf(question)),
    keep: async (question, outcome) => {
      if (LASTING.has(outcome.kind)) await write(file, { key: keyOf(question), at: now, outcome });
    },
  };
}

/** One line is one write, so that answers that come at once do not mix; nobody else needs to read the names. */
async function write(file: string, line: object): Promise<void> {
  await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--resume ${file}: cannot be written (${error.code ?? 'no reason given'})`);
  });
}

/** Questions name secrets and images; the file needs neither. */
function keyOf(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 32);
}

/** A line that was cut off by the end of its run is no answer. */
function answerIn(line: string, now: number): readonly (readonly [string, ProbeOutcome])[] {
  const { key, at, outcome } = parse(line) ?? {};
  if (typeof key !== 'string' || typeof at !== 'string' || !isOutcome(outcome)) return [];
  const age = now - Date.parse(at);
  return age >= 0 && age < MAX_AGE_MS ? [[key, outcome]] : [];
}

function isOutcome(value: unknown): value is ProbeOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, said } = value as Record<string, unknown>;
  return typeof said === 'string' && typeof kind === 'string' && LASTING.has(kind as ProbeOutcomeKind);
}

function parse(line: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
