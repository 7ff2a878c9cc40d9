import type { Incident, Report, ReportRemedy } from '../core/report.ts';
import { chainLines } from './chain-line.ts';
import type { RenderOptions } from './format.ts';
import { gapsLeft, gapsShown } from './gaps-shown.ts';
import {
  bodyWidth,
  count,
  displayWidth,
  durationWords,
  gapWords,
  labelled,
  NO_BREAK,
  type Style,
  styleOf,
  type Tone,
  wrap,
} from './layout.ts';
import { nextStep, nextStepLines } from './next-step.ts';
import { placesOf } from './place.ts';
import { podName, stuckWords } from './pod-name.ts';
import { reasonsAgainst } from './ruled-out.ts';

/** Pod names shown before "and N more". */
const PODS_SHOWN = 3;

/** Consequences shown before "and N more". */
const IMPACTS_SHOWN = 3;

/** Longest quotation of a message inside a sentence. */
const QUOTE_LENGTH = 100;

/** Reasons against other causes that are worth a line; those late in the chain say most. */
const REASONS_SHOWN = 3;

/** Causes named for one reason before "and N more"; `-o json` has all. */
const NAMES_SHOWN = 3;

/** What a person reads on a terminal: the answer first, everything below it earns its line. */
export function renderText(report: Report, options: RenderOptions): string {
  const style = styleOf(options);
  const lines = [
    ...wrap(head(report), options.width),
    ...report.incidents.flatMap((i) => ['', ...incident(i, report, options, style)]),
  ];
  if (options.verbose || (report.incidents.length === 0 && report.notImagePull.length > 0)) {
    lines.push(...others(report, options));
  }
  if (report.unknowns.length > 0) lines.push('', ...notSeen(report, options));
  if (report.incidents.length > 0) lines.push('', ...more(report, options, style));
  return `${lines.join('\n')}\n`;
}

function head({ summary, incidents, notImagePull, source }: Report): string {
  const others = notImagePull.length === 0 ? '' : `, ${notImagePull.length} stuck for other reasons`;
  if (incidents.length === 0) {
    if (source.kind === 'text') return 'No image pull failure in this text.';
    if (source.kind === 'cluster') {
      const [cluster, scope] = source.names;
      const looked = `looked at pending pods and recent events (${count(summary.podsExamined, 'pod')})`;
      return `No image pull failures in ${scope} of ${cluster}: ${looked}${others}.`;
    }
    if (summary.podsExamined === 0 && notImagePull.length === 0) {
      return 'Nothing to diagnose: no pod in this evidence, and no event or log line of a pull that still fails.';
    }
    return `No image pull failures: ${count(summary.podsExamined, 'pod')} examined${others}.`;
  }
  const pods = summary.podsFailing === 0 ? '' : `, ${count(summary.podsFailing, 'pod')}`;
  return `${count(incidents.length, 'incident')}${pods}${others}.`;
}

function incident(it: Incident, report: Report, options: RenderOptions, style: Style): string[] {
  const body = bodyWidth(options.width);
  const section = (label: string, lines: readonly string[]) => (lines.length === 0 ? [] : labelled(label, lines));
  return [
    ...title(it, options, style),
    ...paragraph(whereWords(it), options),
    ...impact(it).flatMap((line) => paragraph(line, options)),
    ...it.overruled.flatMap((o) =>
      paragraph(`The text says "${tail(o.said)}", but ${o.note}${cites(o.because)}`, options),
    ),
    '',
    ...section('chain', chainLines(it, body, style)),
    ...section('decide', decide(it, body)),
    ...section('unseen', gapsOf(it.unknowns, body)),
    ...section('fix', remedies(stepsToTake(it), body, style)),
    ...section(
      'verify',
      it.verify.flatMap((v) => [v.command, ...hang(`${style.arrow} ${v.expect}`, body)]),
    ),
    ...section('not', notCauses(it, body)),
    ...section('or', alternatives(it, body)),
    ...section(
      'reach',
      it.correlation.flatMap((c) => hang(`${c.note}${cites(c.because)}`, body)),
    ),
    ...section('retry', retry(it, report, body)),
    ...(options.showEvidence ? section('evidence', evidence(it, body, style)) : []),
    ...section('escalate', escalations(it, options, body)),
  ];
}

/** Conditions that hold now are always told; the others only to those who want all. */
function escalations({ escalate }: Incident, { verbose, showEvidence }: RenderOptions, width: number): string[] {
  const told = escalate.filter(({ met }) => met === true || verbose || showEvidence);
  return told.flatMap((each) => hang(escalation(each), width));
}

function escalation({ met, when, to, collect, because = [] }: Incident['escalate'][number]): string {
  return `${met === true ? 'now: ' : ''}${when}${cites(because)}: to ${to} with ${collect.join(', ')}`;
}

/** The sentence of cause, the verdict beside it at the right edge when it fits, else below it. */
function title(it: Incident, { width }: RenderOptions, style: Style): string[] {
  const tone: Tone = it.verdict === 'confirmed' ? 'bad' : 'warn';
  const symbol = it.verdict === 'confirmed' ? style.mark.bad : style.mark.maybe;
  const [first = '', ...rest] = withRightEdge(it.statement, it.verdict, width - 2, style, {
    left: 'strong',
    right: tone,
  });
  return [`${style.paint(tone, symbol)} ${first}`, ...rest.map((line) => `  ${line}`)];
}

/** A text, and at the right edge of its first line another; below it when a long name leaves no room. */
function withRightEdge(
  text: string,
  right: string,
  width: number,
  style: Style,
  tones: { readonly left: Tone; readonly right: Tone },
): string[] {
  const [first = '', ...rest] = wrap(text, width - right.length - 2);
  const shown = rest.map((line) => style.paint(tones.left, line));
  const gap = width - displayWidth(first) - displayWidth(right);
  const [start, end] = [style.paint(tones.left, first), style.paint(tones.right, right)];
  return gap < 2 ? [start, ...shown, end] : [`${start}${' '.repeat(gap)}${end}`, ...shown];
}

function whereWords({ scope, cause, evidence }: Incident): string {
  const pods = scope.pods
    .slice(0, PODS_SHOWN)
    .map((p) => `${podName(p)}${p.container === undefined ? '' : ` (${p.container})`}`);
  const left = scope.pods.length - pods.length;
  const where =
    pods.length === 0
      ? ''
      : `${pods.join(', ')}${left > 0 ? ` and ${left} more` : ''}${scope.nodes.length === 1 ? ` on ${scope.nodes[0]}` : scope.nodes.length > 1 ? ` on ${scope.nodes.length} nodes` : ''}. `;
  const detail = cause.detail === undefined ? '' : ` (${cause.detail})`;
  return `${where}${cause.id}${detail}${cites(evidence.slice(0, 3).map((e) => e.id))}`;
}

/** Many workloads fail alike: the first few tell it. */
function impact({ impact: all }: Incident): readonly string[] {
  const left = all.length - IMPACTS_SHOWN;
  return left <= 1 ? all : [...all.slice(0, IMPACTS_SHOWN), `and ${left} more like these (-o json has all)`];
}

function paragraph(text: string, { width }: RenderOptions): string[] {
  return wrap(text, width - 2).map((line) => `  ${line}`);
}

/** `[E1 E2]`, on one line. */
function cites(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.join(NO_BREAK)}]`;
}

/** The end of a long message is its innermost error; the wrappers before it say nothing new. */
function tail(said: string): string {
  if (said.length <= QUOTE_LENGTH) return said;
  const end = said.slice(-QUOTE_LENGTH);
  return `… ${end.slice(end.indexOf(' ') + 1)}`;
}

/** What would settle a verdict that is not sure; a remedy that is the same look lends its title. */
function decide({ toDecide, verdict, remedies: all }: Incident, width: number): string[] {
  if (toDecide === undefined || verdict === 'confirmed') return [];
  const same = all.find((remedy) => isLook(remedy, toDecide));
  if (same === undefined) return nextStepLines(toDecide, width);
  return [...wrap(same.title, width), ...nextStepLines(toDecide, width - 2).map((line) => `  ${line}`)];
}

/** The fixes; a look that `decide` has just named is not told again. */
function stepsToTake({ remedies: all, toDecide, verdict }: Incident): readonly ReportRemedy[] {
  if (toDecide === undefined || verdict === 'confirmed') return all;
  return all.filter((remedy) => !isLook(remedy, toDecide));
}

function isLook({ commands, note }: ReportRemedy, toDecide: string): boolean {
  return note === undefined && commands.length === 1 && commands[0] === nextStep(toDecide).command;
}

function remedies(all: readonly ReportRemedy[], width: number, style: Style): string[] {
  const tone = { green: 'good', yellow: 'warn', red: 'bad' } as const;
  return all.flatMap((remedy) => {
    const rating = `${remedy.owner}${style.dot}${remedy.safety}`;
    return [
      ...withRightEdge(remedy.title, rating, width, style, { left: 'plain', right: tone[remedy.safety] }),
      ...placesOf(remedy).flatMap(({ at, why }) => [
        `  ${at}`,
        ...(why === undefined ? [] : wrap(why, width - 4).map((line) => `    ${style.paint('dim', line)}`)),
      ]),
      ...(remedy.patch === undefined
        ? []
        : remedy.patch
            .trimEnd()
            .split(/\r?\n/)
            .map((line) => `  ${patchLine(line, style)}`)),
      ...remedy.commands.map((command) => `  ${command}`),
      ...(remedy.note === undefined ? [] : wrap(remedy.note, width - 2).map((line) => `  ${style.paint('dim', line)}`)),
    ];
  });
}

function patchLine(line: string, style: Style): string {
  if (/^(?:---|\+\+\+|@@) /.test(line)) return style.paint('dim', line);
  if (line.startsWith('+')) return style.paint('good', line);
  return line.startsWith('-') ? style.paint('bad', line) : line;
}

/** Causes that one reason rules out stand together; the most specific reasons come first. */
function notCauses({ ruledOut }: Incident, width: number): string[] {
  return reasonsAgainst(ruledOut)
    .slice(0, REASONS_SHOWN)
    .flatMap(({ causes, note, because }) => hang(`${someOf(causes)}: ${note}${cites(because)}`, width));
}

function someOf(names: readonly string[]): string {
  const left = names.length - NAMES_SHOWN;
  return left <= 1 ? names.join(', ') : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${left} more`;
}

function alternatives({ alternatives: all }: Incident, width: number): string[] {
  return all
    .slice(0, 4)
    .flatMap((a) => hang(`${a.cause} (${a.verdict})${a.note === undefined ? '' : `: ${a.note}`}`, width));
}

function gapsOf(unknowns: Incident['unknowns'], width: number): string[] {
  const { shown, left } = gapsShown(unknowns);
  return [...shown.flatMap((gap) => gapLines(gap, width)), ...gapsLeft(left)];
}

function gapLines({ what, why, how }: Incident['unknowns'][number], width: number): string[] {
  const close = how === undefined ? [] : nextStepLines(how, width - 2).map((line) => `  ${line}`);
  return [...hang(`${what}: ${gapWords(why)}`, width), ...close];
}

function retry({ nextRetryAt }: Incident, { source, generatedAt }: Report, width: number): string[] {
  if (nextRetryAt === undefined) return [];
  // By the cluster's clock, as the time of the retry is.
  const now = source.takenAt ?? generatedAt;
  const seconds = (Date.parse(nextRetryAt) - Date.parse(now)) / 1000;
  if (source.kind === 'cluster' && seconds > 0)
    return wrap(`the kubelet tries again in ${durationWords(seconds)}`, width);
  return wrap(
    `the kubelet's next try was due at ${nextRetryAt}${seconds > 0 ? `, ${durationWords(seconds)} after this evidence` : ''}`,
    width,
  );
}

function evidence(it: Incident, width: number, style: Style): string[] {
  return it.evidence.flatMap((e) => [
    ...hang(`${e.id} ${e.locator}${e.observedAt === undefined ? '' : ` ${e.observedAt}`}`, width),
    ...wrap(e.excerpt, width - 3).map((line) => `   ${style.paint('dim', line)}`),
  ]);
}

/** Wrapped with the following lines set in. */
function hang(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
}

function others({ notImagePull }: Report, { width }: RenderOptions): string[] {
  if (notImagePull.length === 0) return [];
  return [
    '',
    'Stuck for other reasons:',
    ...notImagePull.flatMap((o) => hang(stuckWords(o), width - 2)).map((line) => `  ${line}`),
  ];
}

function notSeen({ unknowns }: Report, { width }: RenderOptions): string[] {
  return ['Not seen:', ...gapsOf(unknowns, width - 2).map((line) => `  ${line}`)];
}

function more({ incidents }: Report, { showEvidence, width }: RenderOptions, style: Style): string[] {
  const id = incidents[0]?.cause.id ?? '';
  const isPatched = incidents.some(({ remedies }) => remedies.some(({ patch }) => patch !== undefined));
  const patch = isPatched ? `-o patch | git apply${style.dot}` : '';
  const hints = `more: ${patch}${showEvidence ? '' : `--show-evidence${style.dot}`}-o prompt${style.dot}pullwhy explain ${id}`;
  return hang(hints, width).map((line) => style.paint('dim', line));
}
