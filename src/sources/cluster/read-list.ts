import type { Problem } from './problem.ts';

export interface ListOptions {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** At most so many objects; the rest is left. */
  readonly max?: number;
  /** Only names, labels and owners. */
  readonly metadataOnly?: boolean;
  /** `resourceVersion=0`: from the API server's memory, maybe seconds old. Safe where nothing is concluded from absence. */
  readonly fromCache?: boolean;
  /** Token of an earlier list that was cut: goes on behind it. */
  readonly continueFrom?: string;
}

/** What a list gave. Items carry no kind of their own: the list's stands for them. */
export interface List {
  readonly items: readonly unknown[];
  readonly kind: string;
  readonly apiVersion: string;
  /** Nothing was left out. */
  readonly complete: boolean;
  readonly resourceVersion?: string;
  /** Where a list that was cut goes on. */
  readonly continue?: string;
}

/** One answer of a list; its token asks for the next. */
export type Page = Omit<List, 'complete'>;

export const NOT_A_LIST: Problem = { kind: 'unreadable', message: 'the answer is no list of Kubernetes objects' };

export function listQuery(options: ListOptions, limit: number, token: string | undefined): URLSearchParams {
  const { fieldSelector, labelSelector, fromCache } = options;
  return new URLSearchParams({
    limit: String(limit),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined || labelSelector === '' ? {} : { labelSelector }),
    // The token carries the version of the pages before it.
    ...(token === undefined ? (fromCache === true ? { resourceVersion: '0' } : {}) : { continue: token }),
  });
}

/** Undefined: no list of Kubernetes objects. */
export function readPage(value: unknown): Page | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { items, kind, apiVersion, metadata } = value as Record<string, unknown>;
  // Go prints an empty list as null.
  if ((!Array.isArray(items) && items !== null) || typeof kind !== 'string') return undefined;
  const head = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Record<string, unknown>;
  return {
    items: items ?? [],
    kind,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    ...(typeof head.continue === 'string' && head.continue !== '' ? { continue: head.continue } : {}),
    ...(typeof head.resourceVersion === 'string' ? { resourceVersion: head.resourceVersion } : {}),
  };
}
