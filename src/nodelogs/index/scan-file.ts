import { isLogKind } from '../../core/node/file-kind.ts';
import type { LogTime } from '../../sources/bundle/reading.ts';
import { blocksOf } from '../lines/blocks.ts';
import type { Meter } from '../lines/budget.ts';
import { readLogTime } from '../lines/log-time.ts';
import { damage, type Stopped } from '../lines/stopped.ts';
import type { TextFile } from '../lines/text-file.ts';
import { MAX_ENTRY, type MatchedLine, matchLine } from '../patterns/match.ts';
import type { Judge, LineCause } from './judge.ts';
import type { Looks } from './look.ts';
import { ShapeReader } from './shape.ts';
import { type ShapeTable, UNSEEN } from './shape-table.ts';

/** An entry where it stands. */
export interface Occurrence {
  readonly line: number;
  readonly text: string;
  readonly time?: LogTime;
}

/** Entries of one look in one file. */
export interface LookTally {
  count: number;
  readonly first: Occurrence;
  last: Occurrence;
}

/** What one file gave. */
export interface FileTally {
  readonly looks: ReadonlyMap<number, LookTally>;
  readonly bytes: number;
  readonly from?: LogTime;
  readonly to?: LogTime;
  readonly stopped?: Stopped;
}

/** What the files of a bundle share while they are read. */
export interface ScanContext {
  readonly table: ShapeTable;
  readonly looks: Looks;
  readonly judge: Judge;
  readonly meter: Meter;
}

/** Value in the table of shapes for lines that mean nothing; looks follow from 1. */
const NOTHING = 0;

/** Reads a file whole, in order. Lines of a log that begin with a blank belong to the entry before them. */
export async function scanFile(text: TextFile, context: ScanContext): Promise<FileTally> {
  const scan = new FileScan(text, context);
  const joined = isLogKind(text.file.kind);
  try {
    for await (const block of blocksOf(text, { joined, signal: context.meter.signal })) {
      scan.block(block.bytes);
      context.meter.take(block.bytes.length);
      const spent = context.meter.spent();
      if (spent !== undefined) return scan.result({ why: 'budget', note: spent });
    }
  } catch (error) {
    context.meter.signal?.throwIfAborted();
    return scan.result(damage(error));
  }
  return scan.result(undefined);
}

/** Counters of the looks met in one block. */
interface BlockTally {
  count: number;
  /** Where the first and the last entry begin and end, and the line before them. */
  first: Place;
  last: Place;
}

interface Place {
  start: number;
  end: number;
  line: number;
}

class FileScan {
  readonly #context: ScanContext;
  readonly #text: TextFile;
  readonly #seed: number;
  readonly #joined: boolean;
  readonly #looks = new Map<number, LookTally>();
  #bytes = 0;
  #lines = 0;
  #from: LogTime | undefined;
  #to: LogTime | undefined;

  constructor(text: TextFile, context: ScanContext) {
    this.#text = text;
    this.#context = context;
    this.#joined = isLogKind(text.file.kind);
    this.#seed = seedOf(text.file.kind);
  }

  block(bytes: Buffer): void {
    const reader = new ShapeReader(bytes, this.#seed, this.#joined);
    const { table } = this.#context;
    const tallies: (BlockTally | undefined)[] = [];
    while (reader.next()) {
      let value = table.get(reader.first, reader.second);
      if (value === UNSEEN) {
        value = this.#lookOf(bytes, reader);
        table.set(reader.first, reader.second, value);
      }
      if (value !== NOTHING) count(tallies, value - 1, reader);
    }
    this.#noteTimes(bytes, reader);
    tallies.forEach((tally, look) => {
      if (tally !== undefined) this.#add(look, tally, bytes);
    });
    this.#bytes += bytes.length;
    this.#lines += reader.lines;
  }

  result(stopped: Stopped | undefined): FileTally {
    return {
      looks: this.#looks,
      bytes: this.#bytes,
      ...(this.#from === undefined ? {} : { from: this.#from }),
      ...(this.#to === undefined ? {} : { to: this.#to }),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }

  #lookOf(bytes: Buffer, reader: ShapeReader): number {
    const entry = entryAt(bytes, reader);
    const matched = matchLine(entry, this.#text.file.kind);
    if (matched === undefined) return NOTHING;
    const cause = causeOf(matched, entry, this.#context.judge);
    return this.#context.looks.numberOf(cause === undefined ? matched : { ...matched, cause }) + 1;
  }

  #add(look: number, tally: BlockTally, bytes: Buffer): void {
    const known = this.#looks.get(look);
    const last = this.#occurrence(bytes, tally.last);
    if (known === undefined) {
      const first = tally.count === 1 ? last : this.#occurrence(bytes, tally.first);
      this.#looks.set(look, { count: tally.count, first, last });
    } else {
      known.count += tally.count;
      known.last = last;
    }
  }

  #occurrence(bytes: Buffer, place: Place): Occurrence {
    const text = entryAt(bytes, place);
    const time = readLogTime(text);
    return { line: this.#lines + place.line + 1, text, ...(time === undefined ? {} : { time }) };
  }

  /** Of the first entry that has one, and of the last in each block. */
  #noteTimes(bytes: Buffer, reader: ShapeReader): void {
    if (this.#from === undefined) this.#from = firstTime(bytes);
    this.#to = readLogTime(entryAt(bytes, reader)) ?? this.#to ?? this.#from;
  }
}

function causeOf({ pattern, usual }: MatchedLine, entry: string, judge: Judge): LineCause | undefined {
  if (pattern.implies !== undefined)
    return usual === undefined ? { id: pattern.implies, verdict: 'likely' } : undefined;
  return pattern.judged === true ? judge(entry) : undefined;
}

function count(tallies: (BlockTally | undefined)[], look: number, { start, end, line }: Place): void {
  const tally = tallies[look];
  if (tally === undefined) {
    tallies[look] = { count: 1, first: { start, end, line }, last: { start, end, line } };
    return;
  }
  tally.count += 1;
  tally.last.start = start;
  tally.last.end = end;
  tally.last.line = line;
}

function entryAt(bytes: Buffer, { start, end }: { readonly start: number; readonly end: number }): string {
  return bytes.toString('utf8', start, Math.min(end, start + MAX_ENTRY));
}

/** Lines at the top of a file that may be without time: headers, continued entries. */
const LINES_WITHOUT_TIME = 20;

function firstTime(bytes: Buffer): LogTime | undefined {
  let at = 0;
  for (let line = 0; line < LINES_WITHOUT_TIME && at < bytes.length; line += 1) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    const time = readLogTime(entryAt(bytes, { start: at, end }));
    if (time !== undefined) return time;
    at = end + 1;
  }
  return undefined;
}

/** Files of different kinds are held to different patterns. */
function seedOf(kind: string): number {
  let seed = 1;
  for (const char of kind) seed = Math.imul(seed ^ char.charCodeAt(0), 0x01000193);
  return seed;
}
