/** What a tool answered. The strings of `structured` are redacted by the tool. */
export type ToolAnswer =
  | { readonly ok: true; readonly structured: unknown }
  | { readonly ok: false; readonly error: ToolError };

export interface ToolError {
  /** `forbidden`, `deadline`, … */
  readonly code: string;
  readonly message: string;
  /** What to do now, most useful first. */
  readonly next?: readonly string[];
}

/** Calls a tool by its name. May throw; a call that was aborted may take its time to end. */
export type CallTool = (
  name: string,
  input: { readonly [name: string]: unknown },
  signal: AbortSignal,
) => Promise<ToolAnswer>;

/** These mean that it cannot be known here; all others that the call broke. */
const NOT_TO_BE_KNOWN: ReadonlySet<string> = new Set([
  'forbidden',
  'unauthorized',
  'not_allowed',
  'no_cluster',
  'not_collected',
  'unknown_collection',
  'not_ready',
  'expired',
  'unreadable',
]);

export function outcomeOf({ code }: ToolError): 'unknown' | 'failed' {
  return NOT_TO_BE_KNOWN.has(code) ? 'unknown' : 'failed';
}

/** Calls, and answers at once when the signal is aborted, whether the tool heeds it or not. Never throws. */
export async function answerOf(
  call: CallTool,
  name: string,
  input: { readonly [name: string]: unknown },
  signal: AbortSignal,
): Promise<ToolAnswer> {
  let stop: (() => void) | undefined;
  const stopped = new Promise<ToolAnswer>((done) => {
    stop = () => done(failure('cancelled', 'the run ended before it answered'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([stopped, call(name, input, signal)]);
  } catch (error) {
    return failure('internal', error instanceof Error ? error.message : String(error));
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

export function failure(code: string, message: string): ToolAnswer {
  return { ok: false, error: { code, message } };
}
