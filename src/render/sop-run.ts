import type { SopRun, StepResult } from '../core/sop/run.ts';
import type { RenderOptions } from './format.ts';
import { gapWords, hang, type Style, styleOf, wrap } from './layout.ts';
import { runMarkdown } from './sop-run-markdown.ts';

/** `pullwhy sop run -o …`; `report` is the procedure's own last page alone. */
export async function renderRun(run: SopRun, format: string, options: RenderOptions): Promise<string> {
  if (format === 'json') return JSON.stringify(run, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(run, { lineWidth: 0 });
  if (format === 'report') return run.report.text;
  return format === 'markdown' ? runMarkdown(run) : runText(run, options);
}

const INDENT = 9;

function runText(run: SopRun, options: RenderOptions): string {
  const style = styleOf(options);
  const { paint } = style;
  const phases = [...new Set(run.steps.map(({ phase }) => phase))];
  const inputs = Object.entries(run.inputs).map(([name, value]) => `${name} ${value}`);
  return [
    ...wrap(`${run.procedure.id}: ${run.procedure.title}`, options.width).map((line) => paint('strong', line)),
    ...hang(inputs.join(style.dot), options.width),
    ...phases.flatMap((phase) => [
      '',
      paint('strong', phase),
      ...stepLines(
        run.steps.filter((step) => step.phase === phase),
        style,
        options,
      ),
    ]),
    '',
    ...endLines(run, style, options.width),
    '',
    run.report.text.trimEnd(),
  ].join('\n');
}

/** Steps that were left out for one reason are one line. */
function stepLines(steps: readonly StepResult[], style: Style, options: RenderOptions): string[] {
  const lines: string[] = [];
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (step === undefined) break;
    const alike = runOfAlike(steps, at);
    lines.push(
      ...(alike > 1 ? leftOutLines(steps.slice(at, at + alike), style, options) : oneStep(step, style, options)),
    );
    at += Math.max(1, alike);
  }
  return lines;
}

/** How many steps from here on share outcome and reason; steps that were done stand for themselves. */
function runOfAlike(steps: readonly StepResult[], from: number): number {
  const first = steps[from];
  if (first?.outcome === 'done' || first?.why === undefined) return 1;
  let to = from + 1;
  while (steps[to]?.outcome === first.outcome && steps[to]?.why === first.why) to += 1;
  return to - from;
}

function leftOutLines(steps: readonly StepResult[], { paint, mark }: Style, { width }: RenderOptions): string[] {
  const [first] = steps;
  const sign = first?.outcome === 'unknown' ? paint('warn', mark.maybe) : paint('dim', mark.unknown);
  const text = `${first?.outcome}: ${steps.map(({ id }) => id).join(', ')} (${first?.why})`;
  return under(`${sign} `, wrap(text, width - 2), 2);
}

function oneStep(step: StepResult, style: Style, { width }: RenderOptions): string[] {
  const { paint } = style;
  const title = `${step.title}${step.holds === undefined ? '' : step.holds ? ': yes' : ': no'}`;
  const details = [
    ...(step.outcome === 'done' ? [] : [`${step.outcome}: ${step.why ?? ''}`]),
    ...(step.next === undefined ? [] : [`next: ${step.next}`]),
    ...step.tells,
  ];
  const ids = step.evidence.length === 0 ? [] : [`[${shortened(step.evidence)}]`];
  return [
    ...under(
      `${signOf(step, style)} ${step.level.toUpperCase().padEnd(INDENT - 3)} `,
      wrap(title, width - INDENT),
      INDENT,
    ),
    ...details.flatMap((detail) => hang(detail, width - INDENT).map((line) => `${' '.repeat(INDENT)}${line}`)),
    ...ids.flatMap((line) => wrap(line, width - INDENT).map((part) => `${' '.repeat(INDENT)}${paint('dim', part)}`)),
  ];
}

function under(first: string, lines: readonly string[], indent: number): string[] {
  return lines.map((line, i) => `${i === 0 ? first : ' '.repeat(indent)}${line}`);
}

/** A check that does not hold is an answer as well, and neither good nor bad. */
function signOf({ outcome, holds }: StepResult, { paint, mark }: Style): string {
  if (holds === false) return paint('plain', mark.unknown);
  if (outcome === 'done') return paint('good', mark.good);
  if (outcome === 'failed') return paint('bad', mark.bad);
  return outcome === 'unknown' ? paint('warn', mark.maybe) : paint('dim', mark.unknown);
}

const SHOWN = 5;

function shortened(refs: readonly string[]): string {
  const more = refs.length - SHOWN;
  return `${refs.slice(0, SHOWN).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function endLines(run: SopRun, { paint }: Style, width: number): string[] {
  const how = {
    stopped: `Stopped by ${run.stoppedBy?.step}: ${run.stoppedBy?.condition}`,
    finished: 'All steps were gone through',
    deadline: 'The time was over before the last step',
    cancelled: 'Cancelled before the last step',
  }[run.ended];
  const met = run.escalation.filter(({ state }) => state === 'met');
  return [
    ...hang(how, width).map((line) => paint('strong', line)),
    ...hang(`confidence ${run.confidence}: ${run.confidenceNote}`, width),
    ...met.flatMap(({ when, to }) => hang(`escalate to ${to}: ${when}`, width)),
    ...run.gaps.slice(0, SHOWN).flatMap(({ what, why }) => hang(`not known: ${what}: ${gapWords(why)}`, width)),
    ...(run.gaps.length > SHOWN ? [`not known: ${run.gaps.length - SHOWN} more (-o json)`] : []),
  ];
}
