import { stringify } from 'yaml';
import type { Incident, Report } from '../core/report.ts';
import { stuckWords } from './pod-name.ts';

/** The output format of the image pull procedure: one YAML document per incident. */
export function renderSop(report: Report): string {
  const documents = report.incidents.length === 0 ? [nothingFound(report)] : report.incidents.map(document);
  return documents.map((d) => stringify(d, { lineWidth: 0 })).join('---\n');
}

function document(it: Incident): object {
  const [first, ...rest] = it.remedies.filter((r) => r.safety !== 'green');
  const immediate = first ?? it.remedies[0];
  return {
    root_cause: `${it.cause.class} — ${it.statement}`,
    cause_id: it.cause.id,
    verdict: it.verdict,
    evidence: it.evidence.map((e) => ({
      type: 'finding',
      id: e.id,
      source: e.source,
      // Words of an object often begin with its name.
      content: e.excerpt.startsWith(e.locator) ? e.excerpt : `${e.locator}: ${e.excerpt}`,
    })),
    severity: it.cause.severity.toUpperCase(),
    mitigation: {
      immediate:
        immediate === undefined
          ? 'none'
          : `${immediate.owner === 'operator' ? 'Operator' : capital(immediate.owner)}: ${immediate.title}`,
      ...(immediate === undefined || immediate.commands.length === 0 ? {} : { commands: immediate.commands }),
      ...(rest.length === 0 ? {} : { otherwise: rest.map((r) => r.title) }),
      long_term: it.prevention.join(' '),
    },
    ...(it.toDecide === undefined ? {} : { to_decide: it.toDecide }),
    ...(it.correlation.length === 0 ? {} : { correlation: it.correlation.map((c) => c.note) }),
    ...(it.escalate.length === 0
      ? {}
      : {
          escalation: it.escalate.map((e) => ({
            when: e.when,
            ...(e.met === true ? { met: true } : {}),
            to: e.to,
            collect: e.collect,
          })),
        }),
    ...(it.unknowns.length === 0 ? {} : { gaps: it.unknowns.map((u) => `${u.what}: ${u.why}`) }),
  };
}

function nothingFound({ summary, notImagePull }: Report): object {
  return {
    root_cause: 'none — no image pull failure in the evidence',
    evidence: notImagePull.map((o) => ({
      type: 'finding',
      content: stuckWords(o),
    })),
    severity: 'INFO',
    mitigation: { immediate: 'none', long_term: 'none' },
    pods_examined: summary.podsExamined,
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
