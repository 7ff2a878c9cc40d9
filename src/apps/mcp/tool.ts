import type { z } from 'zod';
import type { ToolContext } from './context.ts';

/** What a host may tell its user before it lets an agent call the tool. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  /** Twice is as once. */
  readonly idempotent: boolean;
  /** Reaches things outside of this machine. */
  readonly openWorld: boolean;
}

/** One tool, complete: what agents read of it, and what it does. */
export interface ToolSpec<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** What it answers, when to use it and what comes next; agents choose by it. */
  readonly description: string;
  readonly input: I;
  /** Of a good answer. Every answer also carries `untrusted`. */
  readonly output: O;
  readonly hints: ToolHints;
  /** The call is ended after this. */
  readonly deadlineMs: number;
  /** All strings are pullwhy's own knowledge: nothing in it was written by strangers. */
  readonly ownWords?: true;
  run(input: z.output<I>, context: ToolContext): Promise<z.output<O>>;
  /** The answer for models that read only text: a few lines. */
  text(answer: z.output<O>): string | Promise<string>;
}

/** A tool with its types erased: what the server holds. */
export type Tool = ToolSpec<z.ZodObject, z.ZodObject>;

/** Declares a tool; input and output are checked against their schemas around every run. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(spec: ToolSpec<I, O>): Tool {
  // Input is parsed by the tool's own schema and its answer handed back to its own text, which makes the erasure sound.
  return spec as unknown as Tool;
}

/** Looks and changes nothing, inside the cluster or on this machine. */
export const READS_CLUSTER: ToolHints = { readOnly: true, destructive: false, idempotent: true, openWorld: true };
/** Answers from what is already here. */
export const READS_LOCAL: ToolHints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
