import type { Target } from './resources.ts';

/** Which requests something applies to; a part that is left out applies to all. */
export interface RequestMatch {
  readonly verb?: 'get' | 'list' | 'watch' | 'create' | 'delete';
  /** Plural, or `pods/log`, `nodes/proxy`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Something that goes wrong on the way, as it does in real clusters. */
export type Fault =
  /** An answer of this status; 429 carries Retry-After. */
  | { readonly kind: 'status'; readonly status: 401 | 403 | 429 | 500 | 503; readonly retryAfterSeconds?: number }
  /** The version or page token is too old: 410 for a list, an `ERROR` event for a watch. */
  | { readonly kind: 'gone' }
  /** The request is taken and never answered. */
  | { readonly kind: 'hang' }
  /** Headers and half of the body, then the connection is reset. */
  | { readonly kind: 'reset-mid-body' }
  | { readonly kind: 'invalid-json' }
  /** A web page instead of the API, as a captive portal answers. */
  | { readonly kind: 'html' }
  | { readonly kind: 'latency'; readonly milliseconds: number }
  /** The `Date` header is off by so many seconds. */
  | { readonly kind: 'clock-skew'; readonly seconds: number };

export interface InjectedFault {
  readonly on: RequestMatch;
  readonly fault: Fault;
  /** How often it strikes; for ever when left out. */
  readonly times?: number;
  /** Requests that it lets pass before. */
  readonly after?: number;
}

/** Whether a request of `verb` on `target` is meant. */
export function matches(on: RequestMatch, verb: string, { resource, namespace, name, subresource }: Target): boolean {
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  return (
    (on.verb === undefined || on.verb === verb) &&
    (on.resource === undefined || on.resource === what) &&
    (on.namespace === undefined || on.namespace === namespace) &&
    (on.name === undefined || on.name === name)
  );
}

/** The faults of a server, with what is left of their counts. */
export class FaultPlan {
  readonly #left: { readonly injected: InjectedFault; times: number; spared: number }[];

  constructor(faults: readonly InjectedFault[]) {
    this.#left = faults.map((injected) => ({
      injected,
      times: injected.times ?? Number.POSITIVE_INFINITY,
      spared: injected.after ?? 0,
    }));
  }

  /** The faults that strike this request; each use counts. */
  strike(verb: string, target: Target): Fault[] {
    return this.#left
      .filter((entry) => entry.times > 0 && matches(entry.injected.on, verb, target))
      .filter((entry) => {
        entry.spared -= 1;
        return entry.spared < 0;
      })
      .map((entry) => {
        entry.times -= 1;
        return entry.injected.fault;
      });
  }
}
