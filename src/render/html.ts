import { LINK_QUESTION } from '../core/pull-chain.ts';
import type { ChainLink, Incident, Report } from '../core/report.ts';
import { gapsLeft, gapsShown } from './gaps-shown.ts';
import { STYLE_SHEET } from './html-style.ts';
import { count, gapWords } from './layout.ts';
import { nextStep } from './next-step.ts';
import { placesOf } from './place.ts';
import { podName, stuckWords } from './pod-name.ts';
import { reasonsAgainst } from './ruled-out.ts';

/** Pod names shown before "and N more". */
const PODS_SHOWN = 3;

/** One self-contained page: no script, no request to anywhere. */
export function renderHtml(report: Report): string {
  const { summary } = report;
  const title =
    summary.incidents === 0
      ? 'No image pull failures'
      : `${count(summary.incidents, 'incident')}, ${count(summary.podsFailing, 'pod')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>pullwhy: ${text(title)}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header><h1>${text(title)}</h1><p>${text(subtitle(report))}</p></header>
<main>
${report.incidents.map(incident).join('\n')}
${others(report)}
${unknowns('Not seen', report.unknowns)}
</main>
</body>
</html>
`;
}

function subtitle({ generatedAt, source, summary }: Report): string {
  return `${count(summary.podsExamined, 'pod')} examined from ${source.names.join(', ') || source.kind}; written ${generatedAt}`;
}

function incident(it: Incident): string {
  return `<article class="${it.verdict}">
<h2>${text(it.statement)} <span class="verdict">${it.verdict}</span></h2>
<p class="meta"><code>${text(it.cause.id)}</code>${it.cause.detail === undefined ? '' : ` (${text(it.cause.detail)})`} · severity ${it.cause.severity} · reach ${it.scope.reach}</p>
${where(it)}
${items('', it.impact)}
${it.overruled.map((o) => `<p class="overruled">The text says <q>${text(o.said)}</q>, but ${text(o.note)} ${cites(o.because)}</p>`).join('')}
<ol class="chain">${it.chain.map(chainStep).join('')}</ol>
${it.toDecide === undefined ? '' : `<h3>To decide</h3>${step(it.toDecide)}`}
${unknowns('Not known', it.unknowns)}
<h3>Fix</h3>
${it.remedies.map((r) => `<section class="remedy"><h4>${text(r.title)} <span class="badge ${r.safety}">${r.safety}</span> <span class="badge">${r.owner}</span></h4>${r.note === undefined ? '' : `<p>${text(r.note)}</p>`}${places(r)}${r.patch === undefined ? '' : commands([r.patch.trimEnd().replaceAll('\r', '')])}${commands(r.commands)}</section>`).join('')}
<h3>Verify</h3>
${it.verify.map((v) => `${commands([v.command])}<p class="expect">expect: ${text(v.expect)}</p>`).join('')}
${section(
  'Not the cause',
  reasonsAgainst(it.ruledOut).map(
    ({ causes, note, because }) =>
      `${causes.map((cause) => `<code>${text(cause)}</code>`).join(', ')}: ${text(note)} ${cites(because)}`,
  ),
)}
${section(
  'Also possible',
  it.alternatives.map(
    (a) => `<code>${text(a.cause)}</code> (${a.verdict})${a.note === undefined ? '' : `: ${text(a.note)}`}`,
  ),
)}
${section(
  'Reach',
  it.correlation.map((c) => `${text(c.note)} ${cites(c.because)}`),
)}
<details><summary>${count(it.evidence.length, 'piece')} of evidence</summary>
<dl>${it.evidence.map((e) => `<dt id="${anchor(it, e.id)}">${text(e.id)} <small>${text(e.source)} ${text(e.locator)} ${text(e.observedAt ?? '')}</small></dt><dd><pre>${text(e.excerpt)}</pre></dd>`).join('')}</dl></details>
<details><summary>${count(it.scope.pods.length, 'pod')}</summary>
<ul>${it.scope.pods.map((p) => `<li><code>${text(`${p.namespace}/${p.name}`)}</code> ${text(p.container ?? '')} <code>${text(p.image ?? '')}</code> ${text(p.node ?? '')}</li>`).join('')}</ul></details>
${section('Prevention', it.prevention.map(text))}
${section(
  'Escalate',
  it.escalate.map(
    (e) =>
      `${e.met === true ? '<strong>now:</strong> ' : ''}${text(e.when)} ${cites(e.because ?? [])}: to ${text(e.to)}, with ${text(e.collect.join(', '))}`,
  ),
)}
</article>`;
}

/** The first pods, where a reader looks first; all of them stand at the end. */
function where({ scope: { pods, nodes } }: Incident): string {
  if (pods.length === 0) return '';
  const shown = pods.slice(0, PODS_SHOWN).map((pod) => `<code>${text(podName(pod))}</code>`);
  const left = pods.length - shown.length;
  const on = nodes.length === 0 ? '' : ` on ${nodes.length === 1 ? text(nodes[0] ?? '') : `${nodes.length} nodes`}`;
  return `<p>${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}${on}</p>`;
}

/** One link of the chain; its state is said in words, colour only helps. */
function chainStep({ link, status, note }: ChainLink): string {
  return `<li class="${status}" title="${text(LINK_QUESTION[link])}"><b>${text(link)}</b><span>${status}</span>${note === undefined ? '' : `<small>${text(note)}</small>`}</li>`;
}

function places(remedy: Incident['remedies'][number]): string {
  return placesOf(remedy)
    .map(({ at, why }) => `<p><code>${text(at)}</code>${why === undefined ? '' : ` ${text(why)}`}</p>`)
    .join('');
}

function commands(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<pre>${lines.map(text).join('\n')}</pre>`;
}

/** A thing to do next: only what can be pasted stands as a command. */
function step(next: string): string {
  const { command, words } = nextStep(next);
  return `${commands(command === undefined ? [] : [command])}${words === undefined ? '' : `<p>${text(words)}</p>`}`;
}

function inlineStep(next: string): string {
  const { command, words } = nextStep(next);
  return [command === undefined ? '' : `<code>${text(command)}</code>`, text(words ?? '')].filter(Boolean).join(' ');
}

function items(title: string, lines: readonly string[]): string {
  return section(title, lines.map(text));
}

function section(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  return `${title === '' ? '' : `<h3>${text(title)}</h3>`}<ul>${rows.map((row) => `<li>${row}</li>`).join('')}</ul>`;
}

function unknowns(title: string, all: Incident['unknowns']): string {
  const { shown, left } = gapsShown(all);
  return section(title, [
    ...shown.map(
      ({ what, why, how }) => `${text(what)}: ${text(gapWords(why))}${how === undefined ? '' : `: ${inlineStep(how)}`}`,
    ),
    ...gapsLeft(left),
  ]);
}

function others({ notImagePull }: Report): string {
  return section(
    'Stuck for other reasons',
    notImagePull.map((o) => text(stuckWords(o))),
  );
}

function cites(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `<small>${ids.map(text).join(' ')}</small>`;
}

function anchor(it: Incident, id: string): string {
  return text(`${it.id}-${id}`);
}

/** Text as text, in content and in attributes. */
function text(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replaceAll(/[&<>"']/g, (c) => entities[c] ?? c);
}
