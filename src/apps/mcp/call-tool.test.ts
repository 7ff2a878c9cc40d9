import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callTool } from './call-tool.ts';
import type { ToolContext } from './context.ts';
import { Host } from './host.ts';
import { withJoinedSignal } from './joined-signal.ts';
import { coverage, gaps } from './parts.ts';
import { defineTool, READS_LOCAL, type Tool } from './tool.ts';

const NOTHING = { coverage: { read: [], skipped: [] }, gaps: [] };
const host = new Host({ openAccess: async () => Promise.reject(new Error('no cluster here')) });

function tool(run: (context: ToolContext) => Promise<object>): Tool {
  return defineTool({
    name: 'sample',
    title: 'Sample',
    description: 'for tests',
    input: z.strictObject({ word: z.string().default('') }),
    output: z.strictObject({ said: z.string(), coverage, gaps }),
    hints: READS_LOCAL,
    deadlineMs: 20,
    run: async (_, context) => (await run(context)) as { said: string } & typeof NOTHING,
    text: ({ said }) => said,
  });
}

const call = (sample: Tool, input: unknown = {}, signal = new AbortController().signal) =>
  withJoinedSignal([signal], sample.deadlineMs, (joined) => callTool(sample, input, host.context(joined)));

/** Work that heeds no signal. */
const endless = () => new Promise<object>(() => undefined);

describe('a call', () => {
  it('gives the answer marked, with a text between markers', async () => {
    const result = await call(tool(async () => ({ said: 'Tag \u001b[2J missing', ...NOTHING })));
    expect(result).toMatchObject({ ok: true, structured: { said: 'Tag \\x1b[2J missing', untrusted: true } });
    expect(result.text).toContain('===== begin data =====\nTag \\x1b[2J missing\n===== end data =====');
  });

  it('ends at its deadline, whether the tool heeds it or not', async () => {
    expect(await call(tool(endless))).toMatchObject({
      ok: false,
      structured: { error: { code: 'deadline', retryable: true, next: [expect.stringContaining('narrow')] } },
    });
  });

  it('ends when its caller cancels', async () => {
    const stop = new AbortController();
    const result = call(tool(endless), {}, stop.signal);
    stop.abort('enough');
    expect(await result).toMatchObject({ structured: { error: { code: 'cancelled' } } });
  });

  it('is refused when its arguments are wrong, with those that there are', async () => {
    expect(await call(tool(endless), { wrod: 'x' })).toMatchObject({
      structured: { error: { code: 'invalid_input', next: [expect.stringContaining('word')] } },
    });
  });

  it('that breaks inside tells no more than that', async () => {
    const broken = await call(
      tool(async () => {
        throw new TypeError('x is undefined, password=canary-Pa55word-9f3c');
      }),
    );
    expect(broken).toMatchObject({ ok: false, structured: { error: { code: 'internal' } } });
    expect(JSON.stringify(broken)).not.toContain('canary');
  });

  it('with an answer of another shape is a defect, not an answer', async () => {
    expect(await call(tool(async () => ({ sad: 1 })))).toMatchObject({ structured: { error: { code: 'internal' } } });
  });

  it('with an answer that is too long asks for a smaller question', async () => {
    const many = { ...NOTHING, gaps: Array.from({ length: 50_000 }, () => ({ what: 'x'.repeat(20), why: 'timeout' })) };
    expect(await call(tool(async () => ({ said: '', ...many })))).toMatchObject({
      structured: { error: { code: 'too_large' } },
    });
  });
});

describe('withJoinedSignal', () => {
  it('lets go of its signals', async () => {
    const { signal, abort } = listenersOf();
    await withJoinedSignal([signal], 1_000, async () => undefined);
    expect(abort.size).toBe(0);
  });

  it('passes on an abort that came before', async () => {
    const reason = await withJoinedSignal([AbortSignal.abort('early')], undefined, async ({ reason: why }) => why);
    expect(reason).toBe('early');
  });

  /** A signal that tells who listens. */
  function listenersOf() {
    const { signal } = new AbortController();
    const abort = new Set<unknown>();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      abort.add(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      abort.delete(args[1]);
      remove(...args);
    };
    return { signal, abort };
  }
});
