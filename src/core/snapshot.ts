import type { EvidenceId } from './evidence.ts';
import type { Gap } from './fact.ts';
import type { NodeState, SeenNodeFile } from './node/node-state.ts';
import type { KubeObject, ObjectView } from './objects.ts';
import type { ProbeResult } from './probe.ts';

/** An object as seen, with where it was seen. */
export interface SeenObject<O extends KubeObject = KubeObject> {
  readonly id: EvidenceId;
  readonly object: O;
  readonly view: ObjectView;
  /** File and position, or the API request. */
  readonly locator: string;
}

/** Which log a line came from; `pod`: what a container itself printed. */
export type LogKind = 'kubelet' | 'containerd' | 'cri-o' | 'docker' | 'kernel' | 'pod' | 'other';

/** One entry of a log (multi-line entries joined), unparsed but for its time and origin. */
export interface LogEntry {
  readonly id: EvidenceId;
  readonly log: LogKind;
  /** Node that wrote it, when the file name or folder tells. */
  readonly node?: string;
  readonly at?: string;
  readonly locator: string;
  /** The raw entry, not redacted: never goes to output without `excerpt`. */
  readonly raw: string;
}

/** A loose text (pasted error, CLI output): no object and no log format around it. */
export interface LooseText {
  readonly id: EvidenceId;
  readonly locator: string;
  readonly raw: string;
  /** A pasted log as a whole, whose entries are in `logs` as well. */
  readonly wholeLog?: true;
}

/**
 * A list that was read whole: `kind` in `namespace` (undefined: all namespaces).
 * Only inside such coverage does "not in the snapshot" mean "absent".
 */
export interface Coverage {
  readonly kind: string;
  readonly namespace?: string;
  /** This one object alone was asked for, and the API server said that there is none (404). */
  readonly name?: string;
  readonly because: EvidenceId;
}

/** An answer of a registry, asked from here for one or more pulls. */
export interface SeenProbe {
  readonly id: EvidenceId;
  /** The pulls that it speaks for: same image, credentials and platform. */
  readonly key: string;
  /** Every credential that the kubelet would offer was tried; else the node may get another answer. */
  readonly asThePod: boolean;
  readonly result: ProbeResult;
}

/** An object as a file of a checkout writes it; whether it is in the cluster is another matter. */
export interface WrittenObject {
  readonly id: EvidenceId;
  readonly path: string;
  /** First line of its document, from 1. */
  readonly line: number;
  readonly object: KubeObject;
}

/** Everything that the sources gathered for one run: the only input of facts. */
export interface Snapshot {
  readonly source: { readonly kind: 'cluster' | 'bundle' | 'text'; readonly names: readonly string[] };
  /** When the evidence was taken, RFC 3339; ages and retries are reckoned from it. Undefined when nothing tells. */
  readonly takenAt?: string;
  readonly objects: readonly SeenObject[];
  readonly logs: readonly LogEntry[];
  readonly texts: readonly LooseText[];
  readonly coverage: readonly Coverage[];
  readonly gaps: readonly Gap[];
  /** Small files of nodes that show their state and settings. */
  readonly nodeFiles?: readonly SeenNodeFile[];
  /** What these files show to be wrong, one entry per node. */
  readonly nodeStates?: readonly NodeState[];
  /** Asked only when the user allows it. */
  readonly registry?: readonly SeenProbe[];
  /** What a checkout writes of builds; left out when none was given. */
  readonly written?: readonly WrittenObject[];
}
