import { excerpt } from '../core/redact.ts';
import type { Input } from '../core/sop/procedure.ts';
import type { RunEvidence, RunGap, StepResult } from '../core/sop/run.ts';
import { evidenceOf } from './cited.ts';
import { parsePath } from './expression/parse.ts';
import { type Binding, resolve, type Scope } from './expression/resolve.ts';

/** More would not be read by anyone. */
const MAX_GAPS = 100;
const MAX_EVIDENCE = 500;

/** What a run knows so far: answers by step, evidence that was cited, what could not be seen. */
export class Ledger {
  readonly #inputs: readonly Input[];
  readonly #given: { readonly [name: string]: string };
  readonly #answers = new Map<string, Binding>();
  readonly #evidence = new Map<string, RunEvidence>();
  readonly #gaps = new Map<string, RunGap>();
  readonly results: StepResult[] = [];

  constructor(inputs: readonly Input[], given: { readonly [name: string]: string }) {
    this.#inputs = inputs;
    this.#given = given;
  }

  get evidence(): readonly RunEvidence[] {
    return [...this.#evidence.values()];
  }

  get gaps(): readonly RunGap[] {
    return [...this.#gaps.values()];
  }

  /** Inputs and the answers so far. An input that was not given is looked up in them. */
  scope(): Scope {
    return new Map([...this.#inputs.map((input) => [input.name, this.#input(input)] as const), ...this.#answers]);
  }

  /** Inputs by name, given or found. */
  inputs(): { readonly [name: string]: string } {
    const found = this.#inputs.map((input) => [input.name, this.#input(input)] as const);
    return Object.fromEntries(
      found.flatMap(([name, binding]) => (binding.known ? [[name, excerpt(String(binding.value), 500)]] : [])),
    );
  }

  /** The step for want of whose answer these names stand for nothing; undefined when all of them have one. */
  blockerOf(names: readonly string[]): string | undefined {
    for (const name of names) {
      const input = this.#inputs.find((each) => each.name === name);
      const missing = input?.else !== undefined && !this.#input(input).known ? parsePath(input.else).root : undefined;
      const before = this.resultOf(missing ?? name);
      if (before !== undefined && before.outcome !== 'done') return before.blockedBy ?? before.id;
    }
    return undefined;
  }

  bind(step: string, binding: Binding): void {
    this.#answers.set(step, binding);
  }

  resultOf(step: string): StepResult | undefined {
    return this.results.find(({ id }) => id === step);
  }

  /** Takes an entry of a step's answer as evidence; the same entry has the same ref. */
  cite(step: string, entry: unknown): string | undefined {
    const seen = evidenceOf(entry, this.#evidence.size + 1);
    if (seen === undefined) return undefined;
    for (let copy = 1; ; copy += 1) {
      const ref = `${step}/${seen.id}${copy === 1 ? '' : `.${copy}`}`;
      const known = this.#evidence.get(ref);
      if (known !== undefined && known.content !== seen.content) continue;
      if (known === undefined && this.#evidence.size >= MAX_EVIDENCE) return undefined;
      this.#evidence.set(ref, { ref, step, ...seen });
      return ref;
    }
  }

  addGap(gap: RunGap): void {
    const key = `${gap.what}: ${gap.why}`;
    if (this.#gaps.size < MAX_GAPS && !this.#gaps.has(key)) this.#gaps.set(key, gap);
  }

  #input({ name, else: path }: Input): Binding {
    const given = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
    if (given !== undefined) return { known: true, value: given, whole: true };
    if (path === undefined) return { known: false, why: `${name} was not given` };
    const { values, unknown } = resolve(parsePath(path), this.#answers);
    const [value] = values.flat();
    if (typeof value === 'string' && value !== '') return { known: true, value, whole: true };
    return {
      known: false,
      why: `${name} was not given${unknown === undefined ? ' and nothing names it' : `; ${unknown}`}`,
    };
  }
}
