import type { EvidenceId } from './evidence.ts';
import type { ManifestChange } from './manifest-change.ts';
import type { Link } from './pull-chain.ts';

/** Closed list of cause ids is generated from the files in `causes/`; here it is a plain kebab-case string. */
export type CauseId = string;

/** How sure a judgement is. `confirmed` needs direct evidence that no other cause explains. */
export type Verdict = 'confirmed' | 'likely' | 'possible' | 'ruled-out';

/** Worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** The class that the operating procedures print before the dash of `root_cause`. */
export type CauseClass = 'auth' | 'network' | 'disk' | 'config' | 'none';

/** `green` reads only, `yellow` is a change by an operator, `red` destroys or opens something. */
export type Safety = 'green' | 'yellow' | 'red';

export type Owner = 'developer' | 'operator' | 'registry' | 'security';

/** A way to mend it. Commands can be pasted as they stand; `<angle brackets>` only for what is secret or unknown. */
export interface Remedy {
  readonly title: string;
  readonly safety: Safety;
  readonly owner: Owner;
  readonly commands: readonly string[];
  readonly note?: string;
  /** What it changes in a manifest, if that is what it does. */
  readonly change?: ManifestChange;
}

/** A command and what it prints when the cause is gone. */
export interface Check {
  readonly command: string;
  readonly expect: string;
}

/** The one thing behind several failing pulls. */
export interface Shared {
  readonly kind: SharedKind;
  /** `shop-prod/regcred`, `harbor.acme.example`, `node-b`. */
  readonly name: string;
}

export type SharedKind =
  | 'image'
  | 'registry'
  | 'mirror'
  | 'token-server'
  | 'layer-store'
  | 'secret'
  | 'service-account'
  | 'node'
  | 'zone'
  | 'namespace'
  | 'workload';

export interface Escalation {
  readonly when: string;
  readonly to: string;
  /** What to hand over. */
  readonly collect: readonly string[];
  /** The condition was evaluated, and holds: do it now. */
  readonly met?: true;
}

/** A text that seems to say one thing while evidence shows another. */
export interface Overruled {
  readonly said: string;
  readonly because: readonly EvidenceId[];
  readonly note: string;
}

/** What a cause finds in the facts of one case. `P` are the names that its sentences need. */
export interface Judgement<P = unknown> {
  readonly verdict: Verdict;
  /** Evidence for it (against it, when ruled out). A verdict other than `possible` cites at least one. */
  readonly because: readonly EvidenceId[];
  readonly params: P;
  /** A finer word for the same cause: `node-clock-behind`, `inodes`. kebab-case. */
  readonly detail?: string;
  /** Why this verdict, in a clause; for `ruled-out` why it cannot be. */
  readonly note?: string;
  /** The check or command that would decide, when not confirmed. */
  readonly toDecide?: string;
  readonly overrules?: readonly Overruled[];
}

/** A message shape that suggests the cause; its example is decoded and judged in a test. */
export interface Shape {
  /** An error text, made-up names. */
  readonly example: string;
  /** Who prints it: `containerd 2.1`, `CRI-O`, `kubelet 1.35`. */
  readonly from: string;
  /** What this text alone supports: this cause first, or only among the candidates. */
  readonly gives: 'first' | 'candidate';
}

/** One cause, complete: knowledge for people, judgement for the engine. `F` are the facts of a case. */
export interface CauseSpec<F, P> {
  readonly id: CauseId;
  readonly link: Link | 'none';
  readonly class: CauseClass;
  readonly severity: Severity;
  /** At most 60 characters, no full stop. */
  readonly title: string;
  /** One paragraph for people. */
  readonly meaning: string;
  /** More general causes that this one explains away at the same verdict. */
  readonly refines: readonly CauseId[];
  /** Set where passing the link is the very opposite of the cause: evidence of the one rules out the other. */
  readonly excludedByPassing?: true;
  readonly shapes: readonly Shape[];
  /** What evidence confirms it, one clause each. */
  readonly confirmedBy: readonly string[];
  readonly ruledOutBy: readonly string[];
  /** Special behaviour of a registry or runtime, with its name first: `ECR: …`. */
  readonly special: readonly string[];
  readonly prevention: readonly string[];
  /** Params for the documentation page, where no case is at hand. */
  readonly sample: P;
  /** Pure; undefined when the facts have nothing to do with this cause. */
  judge(facts: F): Judgement<P> | undefined;
  /** One sentence with the real names, at most about 140 characters, no verdict word in it. */
  statement(params: P, facts: F): string;
  /** What cases of this cause have in common, where that is more than the link tells: one Secret, one ServiceAccount. */
  shared?(params: P, facts: F): Shared | undefined;
  remedies(params: P, facts: F): readonly Remedy[];
  verify(params: P, facts: F): readonly Check[];
  escalate(params: P, facts: F): readonly Escalation[];
}

/** A cause with its parameters erased: what the engine and the catalogue hold. */
export type Cause<F> = CauseSpec<F, unknown>;

/** Declares a cause; the judgement's params reach the sentences of the same cause only. */
export function defineCause<F, P>(spec: CauseSpec<F, P>): Cause<F> {
  // Params are only ever handed back to the cause that made them, which makes the erasure sound.
  return spec as unknown as Cause<F>;
}
