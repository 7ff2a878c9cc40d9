import type { Diagnosis } from './diagnosis.ts';
import type { EvidenceId } from './evidence.ts';
import { smallest } from './extremes.ts';
import type { Link } from './pull-chain.ts';
import { unique } from './unique.ts';

/** A pull that surely asked the registry, and worked. */
export interface WorkingPull {
  readonly namespace: string;
  readonly pod: string;
  readonly node?: string;
  readonly image: string;
  readonly registry?: string;
  /** Pull secrets that its pod lists. */
  readonly secrets: readonly string[];
  /** RFC 3339. */
  readonly at: string;
  readonly evidence: EvidenceId;
}

/** What incidents are compared with: everything else that the same look saw. */
export interface Surroundings {
  /** Newest first. */
  readonly worked: readonly WorkingPull[];
  /** One name for all spellings of an image. */
  canonical(image: string): string;
  zoneOf(node: string): string | undefined;
  /** A registry that somebody else runs on the public internet. */
  isManaged(host: string): boolean;
}

/** Links at which the way to the registry, or the node itself, may be at fault: here it matters where it fails. */
export const BY_PLACE: ReadonlySet<string> = new Set<Link>([
  'runtime',
  'name-resolution',
  'connection',
  'tls',
  'registry',
  'quota',
  'blobs',
  'storage',
]);
export const UNREACHABLE: ReadonlySet<string> = new Set<Link>(['name-resolution', 'connection', 'registry']);
export const BY_LOGIN: ReadonlySet<string> = new Set<Link>(['credentials', 'authentication', 'authorization']);
/** Something between node and registry is in question, and nothing that a certificate or a list of tags would settle. */
export const ON_THE_WAY: ReadonlySet<string> = new Set<Link>(['name-resolution', 'connection', 'registry', 'blobs']);

/** What a group of cases has in common, as far as it is compared. */
export interface Failure {
  readonly cause: string;
  readonly link: string;
  readonly host: string | undefined;
  readonly registry: string | undefined;
  readonly images: readonly string[];
  readonly nodes: readonly string[];
  readonly namespaces: readonly string[];
  readonly secrets: readonly string[];
  /** Milliseconds; endless where no time is known, for then nothing can be said to have worked since. */
  readonly since: number;
  readonly confirmed: boolean;
  /** Shows that the image is there. */
  readonly exists: readonly EvidenceId[];
  readonly because: readonly EvidenceId[];
}

/** A failure beside what works. */
export interface Sight {
  readonly failure: Failure;
  readonly around: Surroundings;
  /** Since it began to fail, newest first. */
  readonly fromRegistry: readonly WorkingPull[];
  readonly ofImage: readonly WorkingPull[];
  readonly onNode: readonly WorkingPull[];
  /** Pulls that worked, where it is not known when it began to fail: nothing can be said of "since". */
  readonly undated: { readonly fromRegistry: boolean; readonly onNode: boolean };
  /** The newest one before that. */
  readonly before: WorkingPull | undefined;
}

export function failureOf<F>(group: readonly Diagnosis<F>[], around: Surroundings): Failure {
  const wheres = group.map((d) => d.input.where);
  const times = group.map((d) => Date.parse(d.input.firstSeen ?? '')).filter((time) => !Number.isNaN(time));
  const first = group[0];
  return {
    cause: first?.best.cause.id ?? '',
    link: first?.best.cause.link ?? 'none',
    host: wheres[0]?.host,
    registry: wheres[0]?.registry,
    images: unique(wheres.map((w) => (w.image === undefined ? undefined : around.canonical(w.image)))),
    nodes: unique(wheres.map((w) => w.node)),
    namespaces: unique(wheres.map((w) => w.namespace)),
    secrets: unique(group.flatMap((d) => d.input.context.imagePullSecrets?.map(({ name }) => name) ?? [])),
    since: times.length === 0 ? Number.POSITIVE_INFINITY : smallest(times),
    confirmed: group.some((d) => d.best.judgement.verdict === 'confirmed'),
    exists: group.flatMap((d) => d.input.exists ?? []),
    because: group.flatMap((d) => d.best.judgement.because.slice(0, 1)),
  };
}

export function isSince({ at }: WorkingPull, since: number): boolean {
  return Date.parse(at) >= since;
}

/** Nodes that are named before "and N more". */
const NODES_NAMED = 3;

/** `2 nodes (node-a, node-b)`. */
export function nodeNames(nodes: readonly string[]): string {
  if (nodes.length === 1) return nodes[0] ?? '';
  const more = nodes.length > NODES_NAMED ? ', …' : '';
  return `${nodes.length} nodes (${nodes.slice(0, NODES_NAMED).join(', ')}${more})`;
}
