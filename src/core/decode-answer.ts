import type { CauseId, Verdict } from './cause.ts';
import type { Link } from './pull-chain.ts';
import type { Runtime, Stage } from './pull-error.ts';

/** What one text alone supports: the answer of `pullwhy decode`. */
export interface DecodeAnswer {
  readonly id?: string;
  /** The first candidate; `unknown` when the text says too little, `not-image-pull` when it is about something else. */
  readonly cause: CauseId;
  readonly verdict: Verdict;
  readonly candidates: readonly { readonly cause: CauseId; readonly verdict: Verdict; readonly why: string }[];
  /** One sentence for people. */
  readonly statement: string;
  readonly stage: Stage;
  readonly link: Link | 'none';
  readonly runtime: Runtime | null;
  readonly image: DecodedImage | null;
  /** The host that failed. */
  readonly host: string | null;
  readonly http: { readonly method: string | null; readonly url: string | null; readonly status: number | null } | null;
  /** What the text seems to say and does not prove. */
  readonly misleading: string | null;
  /** The check that would decide between the candidates. */
  readonly toDecide: string | null;
}

export interface DecodedImage {
  readonly raw: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly digest?: string;
}
