import type { Gap } from '../../core/fact.ts';
import type { SeenNodeFile } from '../../core/node/node-state.ts';
import type { LogKind } from '../../core/snapshot.ts';
import type { ParsedObject } from '../objects-schema.ts';
import type { Limits } from './limits.ts';

/** What one file gave: not yet merged with others, times not yet all absolute. */
export interface Reading {
  readonly objects: readonly ReadObject[];
  /** Objects that a watch saw deleted. */
  readonly removed: readonly ReadObject[];
  readonly logs: readonly ReadLog[];
  readonly texts: readonly ReadText[];
  readonly coverage: readonly ReadCoverage[];
  readonly gaps: readonly Gap[];
  /** Files of a node that show its state; also read as what they are otherwise. */
  readonly nodeFiles?: readonly SeenNodeFile[];
  /** It had a known form, even if nothing in it is about pulls: a quiet log, an empty list. */
  readonly known: boolean;
}

export interface ReadObject {
  readonly parsed: ParsedObject;
  readonly locator: string;
  /** Set for events whose times were printed as ages. */
  readonly ages?: Ages;
}

/** Seconds before the look, and when that was if the text itself tells. */
export interface Ages {
  readonly first?: number;
  readonly last?: number;
  readonly lookedAt?: string;
}

export interface ReadLog {
  readonly log: LogKind;
  readonly node?: string;
  readonly locator: string;
  readonly raw: string;
  readonly time?: LogTime;
}

/** klog and the journal's short form leave the year out. */
export type LogTime = { readonly at: string } | { readonly withoutYear: string };

export interface ReadText {
  readonly locator: string;
  readonly raw: string;
  /** A pasted log as a whole, whose entries are read as well. */
  readonly wholeLog?: true;
}

export interface ReadCoverage {
  readonly kind: string;
  readonly namespace?: string;
  readonly locator: string;
}

/** The file that is read, and what its place among the others tells. */
export interface FileContext {
  /** Shown in locators; safe to print. */
  readonly name: string;
  /** Given by name on the command line: loose text in it is what the user wants judged. */
  readonly named: boolean;
  readonly limits: Limits;
  readonly place: Place;
}

/** What the path of a file tells in the layouts of known collectors. */
export interface Place {
  readonly namespace?: string;
  /** Kind of the whole list that the file holds, by the layout's rules. */
  readonly listKind?: string;
  readonly node?: string;
  readonly log?: LogKind;
}

export const EMPTY_READING: Reading = {
  objects: [],
  removed: [],
  logs: [],
  texts: [],
  coverage: [],
  gaps: [],
  known: false,
};

export function joinReadings(readings: readonly Reading[]): Reading {
  return {
    objects: readings.flatMap((r) => r.objects),
    removed: readings.flatMap((r) => r.removed),
    logs: readings.flatMap((r) => r.logs),
    texts: readings.flatMap((r) => r.texts),
    coverage: readings.flatMap((r) => r.coverage),
    gaps: readings.flatMap((r) => r.gaps),
    nodeFiles: readings.flatMap((r) => r.nodeFiles ?? []),
    known: readings.some((r) => r.known),
  };
}
