import type { SopRun, StepResult } from '../core/sop/run.ts';

/** A run for an issue or a chat: the report first, the steps below it. */
export function runMarkdown(run: SopRun): string {
  const { id, title } = run.procedure;
  const inputs = Object.entries(run.inputs).map(([name, value]) => `${name} ${code(value)}`);
  const report = run.report.text.trimEnd();
  return [
    `# ${id}: ${plain(title)}`,
    '',
    `${inputs.join(', ')} · ${run.ended} · confidence ${run.confidence} (${plain(run.confidenceNote)})`,
    '',
    run.report.format === 'markdown' ? report : `\`\`\`${run.report.format}\n${report}\n\`\`\``,
    '',
    '## Steps',
    '',
    '| step | level | outcome | what it told | evidence |',
    '|---|---|---|---|---|',
    ...run.steps.map(row),
    ...(run.gaps.length === 0
      ? []
      : ['', '## Not known', '', ...run.gaps.map(({ what, why }) => `- ${plain(what)}: ${plain(why)}`)]),
    '',
  ].join('\n');
}

function row({ title, level, outcome, holds, why, tells, evidence }: StepResult): string {
  const answer = holds === undefined ? outcome : holds ? 'yes' : 'no';
  const told = [...(why === undefined ? [] : [why]), ...tells].map(plain).join('; ');
  return `| ${plain(title)} | ${level} | ${answer} | ${told} | ${evidence.slice(0, 5).map(code).join(' ')} |`;
}

/** What strangers wrote must not become a table, a link or markup. */
function plain(text: string): string {
  return text.replaceAll(/[\\|<>[\]*_`#]/g, (char) => `\\${char}`);
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
