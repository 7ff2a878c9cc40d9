import type { ChainLink, Incident, Report, ReportRemedy } from '../core/report.ts';
import type { RenderOptions } from './format.ts';
import {
  bodyWidth,
  count,
  displayWidth,
  durationWords,
  labelled,
  type Style,
  styleOf,
  type Tone,
  wrap,
} from './layout.ts';
import { placesOf } from './place.ts';
import { podName, stuckWords } from './pod-name.ts';

/** Pod names shown before "and N more". */
const PODS_SHOWN = 3;

/** Longest quotation of a message inside a sentence. */
const QUOTE_LENGTH = 100;

/** Reasons against other causes that are worth a line; those late in the chain say most. */
const REASONS_SHOWN = 3;

/** Causes named for one reason before "and N more"; `-o json` has all. */
const NAMES_SHOWN = 3;

/** Short names of links for one line of a narrow terminal. */
const SHORT_LINK: Record<ChainLink['link'], string> = {
  admission: 'admission',
  reference: 'reference',
  'pull-policy': 'policy',
  runtime: 'runtime',
  credentials: 'credentials',
  'name-resolution': 'dns',
  connection: 'tcp',
  tls: 'tls',
  registry: 'registry',
  authentication: 'auth',
  authorization: 'access',
  quota: 'quota',
  manifest: 'manifest',
  blobs: 'blobs',
  storage: 'disk',
  signature: 'signature',
};

/** What a person reads on a terminal: the answer first, everything below it earns its line. */
export function renderText(report: Report, options: RenderOptions): string {
  const style = styleOf(options);
  const lines = [...head(report), ...report.incidents.flatMap((i) => ['', ...incident(i, report, options, style)])];
  if (options.verbose || (report.incidents.length === 0 && report.notImagePull.length > 0)) {
    lines.push(...others(report, options));
  }
  if (report.unknowns.length > 0) lines.push('', ...notSeen(report, options));
  if (report.incidents.length > 0) lines.push('', ...more(report, options, style));
  return `${lines.join('\n')}\n`;
}

function head({ summary, incidents, notImagePull, source }: Report): string[] {
  const others = notImagePull.length === 0 ? '' : `, ${notImagePull.length} stuck for other reasons`;
  if (incidents.length === 0) {
    if (source.kind === 'text') return [`No image pull failure in this text.`];
    if (source.kind === 'cluster') {
      const [cluster, scope] = source.names;
      const looked = `looked at pending pods and recent events (${count(summary.podsExamined, 'pod')})`;
      return [`No image pull failures in ${scope} of ${cluster}: ${looked}${others}.`];
    }
    if (summary.podsExamined === 0 && notImagePull.length === 0) {
      return ['Nothing to diagnose: no pod, event or log line of a pull in this evidence.'];
    }
    return [`No image pull failures: ${count(summary.podsExamined, 'pod')} examined${others}.`];
  }
  const pods = summary.podsFailing === 0 ? '' : `, ${count(summary.podsFailing, 'pod')}`;
  return [`${count(incidents.length, 'incident')}${pods}${others}.`];
}

function incident(it: Incident, report: Report, options: RenderOptions, style: Style): string[] {
  const body = bodyWidth(options.width);
  const section = (label: string, lines: readonly string[]) => (lines.length === 0 ? [] : labelled(label, lines));
  return [
    ...title(it, options, style),
    ...paragraph(whereWords(it), options),
    ...it.impact.flatMap((line) => paragraph(line, options)),
    ...it.overruled.flatMap((o) =>
      paragraph(`The text says "${tail(o.said)}", but ${o.note}${cites(o.because)}`, options),
    ),
    '',
    ...section('chain', chain(it, body, style)),
    ...section('decide', it.toDecide === undefined ? [] : commandOrText(it.toDecide, body)),
    ...section(
      'unseen',
      it.unknowns.flatMap((u) => gapLines(u, body)),
    ),
    ...section('fix', remedies(it.remedies, body, style)),
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

/** The sentence of cause, the verdict beside it at the right edge when it fits. */
function title(it: Incident, { width }: RenderOptions, style: Style): string[] {
  const tone: Tone = it.verdict === 'confirmed' ? 'bad' : 'warn';
  const room = width - 2 - it.verdict.length - 2;
  const [first = '', ...rest] = wrap(it.statement, room);
  const symbol = it.verdict === 'confirmed' ? style.mark.bad : style.mark.maybe;
  const mark = style.paint(tone, symbol.slice(0, 1));
  const [line = '', ...below] = atRightEdge(first, it.verdict, width - 2, style, { left: 'strong', right: tone });
  return [
    `${mark} ${line}`,
    ...[...below, ...rest.map((text) => style.paint('strong', text))].map((text) => `  ${text}`),
  ];
}

/** Two texts at the two edges of a line; of two lines, when a name is too long for one. */
function atRightEdge(
  left: string,
  right: string,
  width: number,
  style: Style,
  tones: { readonly left: Tone; readonly right: Tone },
): string[] {
  const gap = width - displayWidth(left) - displayWidth(right);
  const [leftShown, rightShown] = [style.paint(tones.left, left), style.paint(tones.right, right)];
  return gap < 2 ? [leftShown, rightShown] : [`${leftShown}${' '.repeat(gap)}${rightShown}`];
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

function paragraph(text: string, { width }: RenderOptions): string[] {
  return wrap(text, width - 2).map((line) => `  ${line}`);
}

function cites(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.join(' ')}]`;
}

/** The end of a long message is its innermost error; the wrappers before it say nothing new. */
function tail(said: string): string {
  if (said.length <= QUOTE_LENGTH) return said;
  const end = said.slice(-QUOTE_LENGTH);
  return `… ${end.slice(end.indexOf(' ') + 1)}`;
}

/** Links with something known, in order; the unknown ones are counted at the end. */
function chain(it: Incident, width: number, style: Style): string[] {
  const symbols: Record<ChainLink['status'], string> = {
    ok: style.paint('good', style.mark.good),
    broken: style.paint('bad', style.mark.bad),
    suspect: style.paint('warn', style.mark.maybe),
    unknown: style.mark.unknown,
    skipped: '',
  };
  if (it.cause.link === 'none') return [];
  const cells = it.chain
    .filter((l) => l.status !== 'skipped')
    .map((l) => ({ plain: `${SHORT_LINK[l.link]} x`, shown: `${SHORT_LINK[l.link]} ${symbols[l.status]}` }));
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const { plain, shown } of cells) {
    if (used > 0 && used + 2 + plain.length > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += `${used > 0 ? '  ' : ''}${shown}`;
    used += (used > 0 ? 2 : 0) + plain.length;
  }
  return line === '' ? lines : [...lines, line];
}

function remedies(all: readonly ReportRemedy[], width: number, style: Style): string[] {
  const tone = { green: 'good', yellow: 'warn', red: 'bad' } as const;
  return all.flatMap((remedy) => {
    const rating = `${remedy.owner}${style.dot}${remedy.safety}`;
    const [first = '', ...rest] = wrap(remedy.title, width - rating.length - 2);
    return [
      ...atRightEdge(first, rating, width, style, { left: 'plain', right: tone[remedy.safety] }),
      ...rest,
      ...placesOf(remedy).flatMap(({ at, why }) => [
        `  ${at}`,
        ...(why === undefined ? [] : wrap(why, width - 4).map((line) => `    ${style.paint('dim', line)}`)),
      ]),
      ...(remedy.patch === undefined
        ? []
        : remedy.patch
            .trimEnd()
            .split('\n')
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
  const byReason = new Map<string, string[]>();
  for (const { cause, note, because } of ruledOut) {
    const reason = `${note}${cites(because)}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), cause]);
  }
  const groups = [...byReason].map(([reason, causes]) => `${someOf(causes)}: ${reason}`);
  return groups.slice(0, REASONS_SHOWN).flatMap((group) => hang(group, width));
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

function gapLines({ what, why, how }: Incident['unknowns'][number], width: number): string[] {
  return [...hang(`${what}: ${why}`, width), ...(how === undefined ? [] : [`  ${how}`])];
}

function retry({ nextRetryAt }: Incident, { source, generatedAt }: Report, width: number): string[] {
  if (nextRetryAt === undefined) return [];
  const now = source.kind === 'cluster' ? generatedAt : (source.takenAt ?? generatedAt);
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

/** A thing to do next: commands are never broken, sentences are. */
function commandOrText(text: string, width: number): string[] {
  return /^(kubectl|crictl|ctr|journalctl|skopeo|crane|oras|openssl|curl|aws|gcloud|az|docker|podman|dig|df|pullwhy)\b/.test(
    text,
  )
    ? [text]
    : wrap(text, width);
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
  return ['Not seen:', ...unknowns.flatMap((u) => gapLines(u, width - 2)).map((line) => `  ${line}`)];
}

function more({ incidents }: Report, { showEvidence, width }: RenderOptions, style: Style): string[] {
  const id = incidents[0]?.cause.id ?? '';
  const hints = `more: ${showEvidence ? '' : `--show-evidence${style.dot}`}-o prompt${style.dot}pullwhy explain ${id}`;
  return hang(hints, width).map((line) => style.paint('dim', line));
}
