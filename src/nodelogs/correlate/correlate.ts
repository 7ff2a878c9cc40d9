import { type AnswerGap, answerGaps } from '../../core/fact.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import {
  COMPONENTS,
  type Component,
  type CorrelateAnswer,
  type TimelineEvent,
} from '../../core/node/correlate-answer.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import { excerpt } from '../../core/redact.ts';
import { headOf } from '../../sources/bundle/logs/entry.ts';
import { nodesOfAnswer } from '../answer.ts';
import { rfc3339 } from '../lines/log-time.ts';
import { matchingLines, ScanCoverage } from '../scan/matching-lines.ts';
import { referenceOf } from '../scan/reference.ts';
import { filesByNode } from '../sections/node-files.ts';
import { joinCoverage, SectionReader } from '../sections/section-reader.ts';
import { chainsOf } from './chains.ts';
import { clustersOf } from './clusters.ts';
import { Copies } from './copies.ts';
import { type KeptEvent, KeptEvents, lineOf } from './kept-events.ts';
import { kubeEvents } from './kube-events.ts';
import { labelOf, NOTABLE } from './labels.ts';
import { isWithin, type Span, Spans } from './spans.ts';

export interface CorrelateOptions {
  readonly node?: string;
  /** Plain text, in any case. */
  readonly pivot?: string;
  /** Seconds before and after a pivot; also the pause that parts two clusters. */
  readonly windowSeconds: number;
  /** None: all. */
  readonly components: readonly Component[];
  /** Events that are returned. */
  readonly limit: number;
  /** This machine's clock, RFC 3339: only places log times without a year. */
  readonly now: string;
  readonly signal?: AbortSignal;
}

/** Newest events kept of one kind. */
const KEPT_OF_KIND = 1000;
/** Enough to tell chains apart, and to be shown. */
const RAW_CHARS = 1000;

/** One timeline over the logs of a bundle, in at most two passes and bounded memory. */
export async function correlate(bundle: NodeBundle, options: CorrelateOptions): Promise<CorrelateAnswer> {
  const files = filesByNode(bundle, options.node).flatMap(({ node, files: own }) =>
    own.map((file) => ({ node, file })),
  );
  const logs = files
    .filter(({ file }) => isLogKind(file.kind) && mayHold(file, options.components))
    // The log of a unit is the better place for an entry that the system log holds as well.
    .toSorted((a, b) => Number(a.file.kind === 'system') - Number(b.file.kind === 'system'));
  const look = new Look(bundle, options);
  const pivots = options.pivot === undefined ? undefined : await look.pivots(logs, options.pivot);
  const base = { ...look.base(pivots), nodes: nodesOfAnswer(bundle, [...new Set(files.map(({ node }) => node))]) };
  if (logs.length === 0) return { ...base, ...NOTHING, empty: noLogs(options.components) };
  if (pivots !== undefined && pivots.spans.length === 0)
    return { ...base, ...NOTHING, coverage: look.coverage, empty: noPivot(pivots) };
  const { around, all } = await look.events(logs, pivots?.spans);
  const events = around.all();
  const chains = chainsOf(all.all(), (ms) => pivots === undefined || isWithin(pivots.spans, ms));
  return {
    ...base,
    coverage: look.coverage,
    gaps: [...base.gaps, ...look.gaps(around)],
    events: events.slice(-options.limit).map(shown),
    eventsTotal: around.total,
    clusters: clustersOf(events, options.windowSeconds * 1000),
    chains,
    ...(events.length === 0
      ? { empty: 'the logs hold no line that tells of pulls, the runtime, the disk or the network' }
      : {}),
  };
}

const NOTHING = { events: [], eventsTotal: 0, clusters: [], chains: [] } as const;

function noLogs(components: readonly Component[]): string {
  const which = components.length === 0 ? 'logs' : `logs of ${components.join(', ')}`;
  return `no ${which} were collected`;
}

function noPivot({ pivot, untimed }: Pivots): string {
  if (untimed > 0) return `"${pivot}" stands on ${untimed} lines, none of which tells a time`;
  return `"${pivot}" does not occur in what was read`;
}

interface Pivots {
  readonly pivot: string;
  readonly spans: readonly Span[];
  readonly count: number;
  readonly untimed: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface LogOfNode {
  readonly node: string | undefined;
  readonly file: NodeFile;
}

/** One question to one bundle. */
class Look {
  readonly #bundle: NodeBundle;
  readonly #options: CorrelateOptions;
  #scan = new ScanCoverage();
  readonly #readers: SectionReader[] = [];
  #untimed = 0;

  constructor(bundle: NodeBundle, options: CorrelateOptions) {
    this.#bundle = bundle;
    this.#options = options;
  }

  /** First pass: where the pivot stands. */
  async pivots(logs: readonly LogOfNode[], pivot: string): Promise<Pivots> {
    const spans = new Spans(this.#options.windowSeconds * 1000);
    const found = {
      count: 0,
      untimed: 0,
      first: undefined as number | undefined,
      last: undefined as number | undefined,
    };
    for await (const { ms } of this.#lines(logs, new RegExp(escaped(pivot), 'gi'))) {
      found.count += 1;
      if (ms === undefined) {
        found.untimed += 1;
        continue;
      }
      spans.around(ms);
      found.first = Math.min(found.first ?? ms, ms);
      found.last = Math.max(found.last ?? ms, ms);
    }
    return { pivot, spans: spans.done(), ...found };
  }

  /** Second pass: what happened around the pivots, and (for chains) at any time. */
  async events(logs: readonly LogOfNode[], spans: readonly Span[] | undefined) {
    this.#scan = new ScanCoverage();
    const around = new KeptEvents(KEPT_OF_KIND);
    const all = new KeptEvents(KEPT_OF_KIND);
    const { pivot } = this.#options;
    const words = pivot === undefined ? NOTABLE : new RegExp(`${NOTABLE.source}|${escaped(pivot)}`, 'gim');
    const copies = new Copies();
    const isPivot = pivot === undefined ? undefined : new RegExp(escaped(pivot), 'i');
    for await (const line of this.#lines(logs, words)) {
      if (line.ms === undefined) {
        this.#untimed += 1;
        continue;
      }
      const holds = isPivot?.test(line.raw) === true;
      const what = labelOf(line.raw) ?? (holds ? 'pivot' : undefined);
      if (what === undefined || copies.has(line.node, line.raw)) continue;
      const event = eventOf(line, line.ms, what, holds);
      all.add(event);
      if (spans === undefined || isWithin(spans, line.ms)) around.add(event);
    }
    return { around, all };
  }

  base(pivots: Pivots | undefined) {
    const { windowSeconds, components } = this.#options;
    return {
      kind: 'NodeCorrelation' as const,
      collection: this.#bundle.id,
      coverage: this.coverage,
      gaps: answerGaps(this.#bundle.gaps),
      windowSeconds,
      components: components.length === 0 ? COMPONENTS : components,
      ...(pivots === undefined
        ? {}
        : {
            pivot: excerpt(pivots.pivot, 200),
            pivots: {
              count: pivots.count,
              ...(pivots.first === undefined ? {} : { firstAt: rfc3339(pivots.first) }),
              ...(pivots.last === undefined ? {} : { lastAt: rfc3339(pivots.last) }),
            },
          }),
    };
  }

  get coverage() {
    const parts = [this.#scan.value, ...this.#readers.map(({ coverage }) => coverage)];
    return { ...joinCoverage(parts), filesTotal: this.#bundle.files.length };
  }

  gaps(kept: KeptEvents): readonly AnswerGap[] {
    return [
      ...(this.#untimed > 0 ? [{ what: `${this.#untimed} lines that tell no time`, why: 'unreadable' as const }] : []),
      ...(kept.dropped > 0
        ? [
            {
              what: `${kept.dropped} older events of kinds that repeat: counted, not shown`,
              why: 'truncated' as const,
              how: 'a smaller window or a rarer pivot',
            },
          ]
        : []),
    ];
  }

  async *#lines(logs: readonly LogOfNode[], words: RegExp): AsyncGenerator<Line> {
    const { components, signal, now } = this.#options;
    const reference = referenceOf(this.#bundle, now);
    for (const { node, file } of logs) {
      if (file.kind === 'events') {
        yield* this.#kubeEvents(file, node, words);
        continue;
      }
      for await (const line of matchingLines(file, { words, reference, signal }, this.#scan)) {
        const component = componentOf(file, line.raw);
        if (components.length === 0 || components.includes(component)) yield { ...line, node, component };
      }
    }
  }

  async *#kubeEvents(file: NodeFile, node: string | undefined, words: RegExp): AsyncGenerator<Line> {
    const reader = new SectionReader({ node, files: [file] }, this.#options.signal);
    this.#readers.push(reader);
    const anyOf = new RegExp(words.source, 'im');
    for (const event of await kubeEvents(file, reader))
      if (anyOf.test(event.raw)) yield { ...event, node, component: 'events' };
  }
}

interface Line {
  readonly file: NodeFile;
  readonly line: number;
  readonly ms: number | undefined;
  readonly raw: string;
  readonly node: string | undefined;
  readonly component: Component;
}

function escaped(pivot: string): string {
  return pivot.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A system log holds the lines of all units. */
function mayHold({ kind }: NodeFile, components: readonly Component[]): boolean {
  return components.length === 0 || kind === 'system' || components.some((component) => component === kind);
}

function componentOf({ kind }: NodeFile, raw: string): Component {
  if (kind !== 'system') return COMPONENTS.find((component) => component === kind) ?? 'system';
  const unit = headOf(raw).log;
  return COMPONENTS.find((component) => component === unit) ?? 'system';
}

function eventOf({ file, line, raw, node, component }: Line, ms: number, what: string, pivot: boolean): KeptEvent {
  const host = what === 'dns-failed' ? /\blookup ([\w.-]{1,253})/i.exec(raw)?.[1] : undefined;
  return {
    path: file.path,
    line,
    raw: raw.slice(0, RAW_CHARS),
    component,
    what,
    ms,
    ...(node === undefined ? {} : { node }),
    ...(host === undefined ? {} : { host }),
    ...(pivot ? { pivot: true as const } : {}),
  };
}

function shown(event: KeptEvent): TimelineEvent {
  const { component, what, node, pivot } = event;
  return { ...lineOf(event), component, what, ...(node === undefined ? {} : { node }), ...(pivot ? { pivot } : {}) };
}
