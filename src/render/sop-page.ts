import type { Json, KnownIssue, Phase, Procedure, Step } from '../core/sop/procedure.ts';
import type { RenderOptions } from './format.ts';
import { hang, styleOf, wrap } from './layout.ts';

/** `pullwhy sop get -o …` */
export async function renderProcedure(
  procedure: Procedure,
  origin: string,
  format: string,
  options: RenderOptions,
): Promise<string> {
  if (format === 'json') return JSON.stringify(procedure, null, 2);
  const { stringify } = await import('yaml');
  if (format === 'yaml') return stringify(procedure, { lineWidth: 0 });
  return page(procedure, origin, options, stringify(procedure.output.template, { lineWidth: 0 }));
}

type Write = (text: string, indent?: number) => string[];

function page(procedure: Procedure, origin: string, options: RenderOptions, template: string): string {
  const { paint, dot } = styleOf(options);
  const write: Write = (text, indent = 0) =>
    hang(text, options.width - indent).map((line) => `${' '.repeat(indent)}${line}`);
  const head = (title: string) => ['', paint('strong', title)];
  const list = (title: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : [...head(title), ...entries.flatMap((entry) => write(`- ${entry}`))];
  const { id, title, severity, owner, status, kubernetes, summary, meaning, impact } = procedure;
  const facts = [
    severity,
    status,
    `owner ${owner}`,
    ...(kubernetes === undefined ? [] : [`Kubernetes ${kubernetes}`]),
    origin,
  ];
  return [
    ...wrap(`${id}: ${title}`, options.width).map((line) => paint('strong', line)),
    ...write(facts.join(dot)),
    '',
    ...wrap(summary, options.width),
    ...(meaning === undefined ? [] : [...head('Meaning'), ...wrap(meaning, options.width)]),
    ...(impact === undefined ? [] : [...head('Impact'), ...wrap(impact, options.width)]),
    ...list('Symptoms', procedure.symptoms),
    ...list('Triggers', procedure.triggers),
    ...list('Signals', procedure.signals),
    ...list('Not for', procedure.unfit),
    ...list(
      'Inputs',
      procedure.inputs.map(({ name, about, required }) => `${name}${required ? '' : ' (optional)'}: ${about}`),
    ),
    ...procedure.phases.flatMap((phase, i) => [...head(`Phase ${i + 1}: ${phase.title}`), ...phaseLines(phase, write)]),
    ...list(
      'Escalate',
      procedure.escalation.map(
        ({ when, to, collect }) => `${when}: ${to}${collect.length === 0 ? '' : `; hand over ${collect.join(', ')}`}`,
      ),
    ),
    ...list(
      'Safety',
      procedure.safety.map(({ what, rating }) => `${rating.toUpperCase()}: ${what}`),
    ),
    ...(procedure.issues.length === 0
      ? []
      : [...head('Common findings'), ...procedure.issues.flatMap((issue) => issueLines(issue, write))]),
    ...list('Prevention', procedure.prevention),
    ...list('Often said, and not so', procedure.corrections),
    ...list('Related', procedure.related),
    ...head(`Ends with (${procedure.output.format})`),
    ...template
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}

function phaseLines({ steps }: Phase, write: Write): string[] {
  return steps.flatMap((step) => [
    ...write(`${step.level.toUpperCase().padEnd(6)} ${step.id}: ${step.title}`),
    ...write(doneBy(step), 7),
    ...(step.note === undefined ? [] : write(step.note, 7)),
    ...(step.needs.length === 0 ? [] : write(`needs ${step.needs.join(', ')}`, 7)),
    ...(step.when === undefined ? [] : write(`only if ${step.when}`, 7)),
    ...step.stop.flatMap(({ condition }) => write(`STOP: ${condition}`, 7)),
  ]);
}

function doneBy({ tool, with: input, each, check }: Step): string {
  if (tool === undefined) return `check ${check ?? ''}`;
  const given = Object.entries(input).map(([name, value]) => `${name}=${shown(value)}`);
  return `${tool}(${given.join(', ')})${each === undefined ? '' : ` for each ${each}`}`;
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function issueLines({ symptom, diagnosis, resolution, safety, files }: KnownIssue, write: Write): string[] {
  return [
    ...write(`- ${symptom}`),
    ...write(diagnosis, 2),
    ...write(`${safety.toUpperCase()}: ${resolution}`, 2),
    ...(files.length === 0 ? [] : write(`files: ${files.join('; ')}`, 2)),
  ];
}
