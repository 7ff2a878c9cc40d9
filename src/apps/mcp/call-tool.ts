import type { z } from 'zod';
import type { ToolContext } from './context.ts';
import { type Failure, failureOf } from './failure.ts';
import { fenced, MAX_ANSWER, safe, shortened } from './safe.ts';
import type { Tool } from './tool.ts';
import { ToolFailure } from './tool-failure.ts';

/** What a call gave, as it goes to the caller. */
export type ToolResult =
  | { readonly ok: true; readonly structured: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly ok: false; readonly structured: Failure; readonly text: string };

/** Checks the input, runs the tool and checks its answer; whatever goes wrong is a result too. */
export async function callTool(tool: Tool, input: unknown, context: ToolContext): Promise<ToolResult> {
  try {
    const answer = await inTime(tool, context.signal, tool.run(parsedInput(tool, input), context));
    return await checked(tool, answer);
  } catch (error) {
    return failed(error);
  }
}

/** The result of a call that failed before or after the tool itself. */
export function failed(error: unknown): ToolResult {
  const structured = safe(failureOf(error));
  const { code, message, next, near = [], role } = structured.error;
  const lines = [
    `error ${code}: ${message}`,
    ...(near.length === 0 ? [] : [`did you mean: ${near.join(', ')}`]),
    ...next.map((step) => `next: ${step}`),
    ...(role === undefined ? [] : ['the smallest role that would allow it:', role]),
  ];
  return { ok: false, structured, text: shortened(lines.join('\n')) };
}

function parsedInput(tool: Tool, input: unknown) {
  const parsed = tool.input.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`);
  throw new ToolFailure('invalid_input', `${tool.name}: ${wrong.join('; ')}`, {
    next: [`the arguments of ${tool.name} are ${Object.keys(tool.input.shape).join(', ') || 'none'}`],
  });
}

/** A tool that does not heed the signal must not keep its caller waiting. */
function inTime<T>(tool: Tool, signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const stop = () => fail(stopped(tool, signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work
      .then(done, (error: unknown) => fail(signal.aborted ? stopped(tool, signal) : error))
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

function stopped({ name, deadlineMs }: Tool, { reason }: AbortSignal): ToolFailure {
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new ToolFailure('deadline', `${name} did not finish in ${deadlineMs / 1000} s`, {
      next: ['narrow the question (one namespace, one pod, a smaller limit) and call again'],
    });
  }
  return new ToolFailure('cancelled', `${name} was cancelled by its caller`);
}

async function checked(tool: Tool, answer: unknown): Promise<ToolResult> {
  const parsed = tool.output.safeParse(answer);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`the answer of ${tool.name} has another shape at ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const structured = safe({ ...parsed.data, untrusted: tool.ownWords !== true });
  const size = JSON.stringify(structured).length;
  if (size > MAX_ANSWER) {
    throw new ToolFailure('too_large', `the answer has ${size} characters, more than ${MAX_ANSWER}`, {
      next: ['ask for less: a smaller limit, one namespace, one node, one file'],
    });
  }
  const text = await tool.text(structured as z.output<typeof tool.output>);
  return { ok: true, structured, text: tool.ownWords === true ? shortened(text) : fenced(text) };
}
