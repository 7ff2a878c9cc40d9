import type { NodeBundle } from '../../core/node/bundle.ts';
import { COMPONENTS, type Component, type CorrelateAnswer } from '../../core/node/correlate-answer.ts';
import { printable } from '../../core/printable.ts';
import { UsageError } from '../../core/usage-error.ts';
import { correlate } from '../../nodelogs/correlate/correlate.ts';
import { namesIn } from './question.ts';

export interface CorrelateQuestion {
  readonly node?: string;
  readonly pivot?: string;
  readonly windowSeconds?: number;
  /** Names, also `runtime` for all of them; none: all. */
  readonly components?: readonly string[];
  readonly limit?: number;
  readonly now: string;
  readonly signal?: AbortSignal;
}

const WINDOW_SECONDS = 60;
const MAX_WINDOW_SECONDS = 7 * 24 * 3600;
const LIMIT = 100;
const MAX_LIMIT = 2000;

/** `pullwhy node correlate`, and the tool `correlate`. */
export async function nodeCorrelation(bundle: NodeBundle, question: CorrelateQuestion): Promise<CorrelateAnswer> {
  const { node, pivot, windowSeconds = WINDOW_SECONDS, limit = LIMIT, now, signal } = question;
  if (!(windowSeconds > 0 && windowSeconds <= MAX_WINDOW_SECONDS))
    throw new UsageError(`a window of ${windowSeconds} seconds: use 1 to ${MAX_WINDOW_SECONDS}`);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT))
    throw new UsageError(`a limit of ${limit}: use 1 to ${MAX_LIMIT}`);
  const text = pivot?.trim();
  const answer = await correlate(bundle, {
    windowSeconds,
    limit,
    now,
    components: componentsOf(question.components),
    ...(node === undefined ? {} : { node }),
    ...(text === undefined || text === '' ? {} : { pivot: text.slice(0, 500) }),
    ...(signal === undefined ? {} : { signal }),
  });
  return printable(answer);
}

const RUNTIMES: readonly Component[] = ['containerd', 'cri-o', 'docker'];

function componentsOf(names: readonly string[] | undefined): readonly Component[] {
  const all = namesIn(names).flatMap((name): readonly Component[] => {
    if (name === 'runtime') return RUNTIMES;
    if (name === 'crio') return ['cri-o'];
    if (name === 'dmesg') return ['kernel'];
    const known = COMPONENTS.find((component) => component === name);
    if (known === undefined) throw new UsageError(`no component ${name}: use ${COMPONENTS.join(', ')} or runtime`);
    return [known];
  });
  return [...new Set(all)];
}
