import type { Incident, Report } from '../core/report.ts';
import { gapsLeft, gapsShown } from './gaps-shown.ts';
import { count, gapWords } from './layout.ts';
import { nextStep } from './next-step.ts';
import { placesOf } from './place.ts';
import { podName } from './pod-name.ts';
import { reasonsAgainst } from './ruled-out.ts';

/** For an issue or a chat: pastes well, names of strangers cannot become markup. */
export function renderMarkdown(report: Report): string {
  const parts = [
    `# Image pulls: ${headline(report)}`,
    ...report.incidents.map(incident),
    ...(report.notImagePull.length === 0
      ? []
      : [
          `## Stuck for other reasons\n\n${report.notImagePull.map((o) => `- ${code(podName(o.pod))}: ${escaped(o.reason)} ${escaped(o.because)}`.trimEnd()).join('\n')}`,
        ]),
    ...(report.unknowns.length === 0 ? [] : [`## Not seen\n\n${unknownList(report.unknowns)}`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline({ summary }: Report): string {
  if (summary.incidents === 0) return `no failures, ${count(summary.podsExamined, 'pod')} examined`;
  return `${count(summary.incidents, 'incident')}, ${count(summary.podsFailing, 'pod')}`;
}

function incident(it: Incident): string {
  const blocks = [
    `## ${escaped(it.statement)}`,
    `**${it.verdict}** · \`${it.cause.id}\`${it.cause.detail === undefined ? '' : ` (${escaped(it.cause.detail)})`} · link \`${it.cause.link}\` · severity ${it.cause.severity}`,
    list(it.impact.map(escaped)),
    it.overruled.map((o) => `> The text says ${code(o.said)}, but ${escaped(o.note)}${cites(o.because)}`).join('\n>\n'),
    part(
      'Pods',
      list(
        it.scope.pods.map(
          (p) =>
            `${code(podName(p))}${p.container === undefined ? '' : ` container ${code(p.container)}`}${p.image === undefined ? '' : ` image ${code(p.image)}`}${p.node === undefined ? '' : ` on ${code(p.node)}`}`,
        ),
      ),
    ),
    part('Chain', chainTable(it)),
    part('To decide', it.toDecide === undefined ? '' : toDecide(it.toDecide)),
    part(
      'Fix',
      it.remedies
        .map((r, i) =>
          [
            `${i + 1}. ${escaped(r.title)} (${r.owner}, ${r.safety})`,
            r.note === undefined ? '' : `   ${escaped(r.note)}`,
            placesOf(r)
              .map(({ at, why }) => `   ${code(at)}${why === undefined ? '' : `: ${escaped(why)}`}`)
              .join('\n\n'),
            r.patch === undefined ? '' : fence([r.patch.trimEnd().replaceAll('\r', '')]),
            fence(r.commands),
          ]
            .filter(Boolean)
            .join('\n\n'),
        )
        .join('\n\n'),
    ),
    part('Verify', it.verify.map((v) => `${fence([v.command])}\n\nexpect: ${escaped(v.expect)}`).join('\n\n')),
    part(
      'Not the cause',
      list(
        reasonsAgainst(it.ruledOut).map(
          ({ causes, note, because }) => `${causes.map(code).join(', ')}: ${escaped(note)}${cites(because)}`,
        ),
      ),
    ),
    part(
      'Also possible',
      list(
        it.alternatives.map(
          (a) => `\`${a.cause}\` (${a.verdict})${a.note === undefined ? '' : `: ${escaped(a.note)}`}`,
        ),
      ),
    ),
    part('Reach', list(it.correlation.map((c) => `${escaped(c.note)}${cites(c.because)}`))),
    part('Not seen', unknownList(it.unknowns)),
    part('Evidence', list(it.evidence.map((e) => `**${e.id}** ${code(e.locator)}: ${code(e.excerpt)}`))),
    part('Prevention', list(it.prevention.map(escaped))),
    part(
      'Escalate',
      list(
        it.escalate.map(
          (e) =>
            `${e.met === true ? '**now:** ' : ''}${escaped(e.when)}${cites(e.because ?? [])}: to ${escaped(e.to)}, with ${escaped(e.collect.join(', '))}`,
        ),
      ),
    ),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function chainTable({ chain }: Incident): string {
  const known = chain.filter((l) => l.status !== 'unknown' && l.status !== 'skipped');
  if (known.length === 0) return '';
  return [
    '| link | status | why |',
    '|---|---|---|',
    ...known.map(
      (l) => `| ${l.link} | ${l.status} | ${escaped(l.note ?? '').replaceAll('|', '\\|')}${cites(l.because)} |`,
    ),
  ].join('\n');
}

function unknownList(unknowns: Incident['unknowns']): string {
  const { shown, left } = gapsShown(unknowns);
  return list([
    ...shown.map(
      ({ what, why, how }) =>
        `${escaped(what)}: ${escaped(gapWords(why))}${how === undefined ? '' : `: ${inline(how)}`}`,
    ),
    ...gapsLeft(left),
  ]);
}

function toDecide(text: string): string {
  const { command, words } = nextStep(text);
  return [command === undefined ? '' : fence([command]), list(words === undefined ? [] : [escaped(words)])]
    .filter(Boolean)
    .join('\n\n');
}

/** A step inside a sentence: only what can be pasted stands as code. */
function inline(text: string): string {
  const { command, words } = nextStep(text);
  return [command === undefined ? '' : code(command), escaped(words ?? '')].filter(Boolean).join(' ');
}

function part(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function cites(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` (${ids.join(', ')})`;
}

/** What readers of Markdown make links of without being asked; as code it stays text. */
const AUTOLINK = /((?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.)[^\s`]+)/i;

/** Text that cannot become markup, links, mentions or HTML. */
function escaped(text: string): string {
  return text
    .split(AUTOLINK)
    .map((part, i) => (i % 2 === 0 ? withoutMarkup(part) : code(part)))
    .join('');
}

function withoutMarkup(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>#|~]/g, (c) => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : `\\${c}`))
    .replaceAll('@', '@\u2060');
}

/** Inline code whose fence is longer than any run of backticks inside. */
function code(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

function fence(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const body = lines.join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${ticks}\n${body}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}
