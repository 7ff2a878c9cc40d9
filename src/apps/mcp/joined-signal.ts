import { setMaxListeners } from 'node:events';

/**
 * Runs a task with one signal out of several and a deadline, and lets go of all of them when it is done.
 * `AbortSignal.any` would leave a trace of every call on a signal that lives as long as the server (Node 20).
 */
export async function withJoinedSignal<T>(
  signals: readonly AbortSignal[],
  deadlineMs: number | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const joined = new AbortController();
  // A look at a cluster has many requests under way, and each of them listens.
  setMaxListeners(0, joined.signal);
  const stops = signals.map((signal) => {
    const stop = () => joined.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    return { signal, stop };
  });
  const late = () => joined.abort(new DOMException(`not done in ${deadlineMs} ms`, 'TimeoutError'));
  const timer = deadlineMs === undefined ? undefined : setTimeout(late, deadlineMs);
  try {
    return await task(joined.signal);
  } finally {
    clearTimeout(timer);
    for (const { signal, stop } of stops) signal.removeEventListener('abort', stop);
  }
}
