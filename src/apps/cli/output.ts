import type { Option } from 'commander';
import type { Report } from '../../core/report.ts';
import { UsageError } from '../../core/usage-error.ts';
import { FORMATS, type Format, type RenderOptions } from '../../render/format.ts';
import { formatOption } from './value-options.ts';

/** Options of every command that prints a report. */
export interface OutputFlags {
  readonly output: string;
  readonly color: boolean;
  readonly showEvidence?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

const NARROWEST = 40;
const WIDEST = 120;

export function outputOption(): Option {
  return formatOption(FORMATS);
}

export function formatOf(name: string): Format {
  const format = FORMATS.find((f) => f === name);
  if (format === undefined) throw new UsageError(`no output format ${name}: use one of ${FORMATS.join(', ')}`);
  return format;
}

/** Columns to write in: lines beyond 120 are hard to read. */
export function terminalWidth(stream: NodeJS.WriteStream): number {
  return Math.min(Math.max(stream.columns ?? (Number(process.env.COLUMNS) || 80), NARROWEST), WIDEST);
}

/** How to print to this terminal: a pipe gets 80 columns, or those of COLUMNS, and no colour. An empty NO_COLOR is none. */
export function renderOptions(flags: OutputFlags, stream: NodeJS.WriteStream = process.stdout): RenderOptions {
  return {
    width: terminalWidth(stream),
    color: flags.color && stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    unicode: !/^(C|POSIX)$/.test(process.env.LC_ALL ?? process.env.LC_CTYPE ?? process.env.LANG ?? 'en_US.UTF-8'),
    showEvidence: flags.showEvidence === true,
    verbose: flags.verbose === true,
  };
}

/** Writes and waits until the reader took it, so that an exit does not cut a pipe short. */
export async function print(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (text === '') return;
  await new Promise<void>((done) => stream.write(text.endsWith('\n') ? text : `${text}\n`, () => done()));
}

export async function printReport(report: Report, flags: OutputFlags): Promise<void> {
  const { render } = await import('../../render/render.ts');
  await print(await render(formatOf(flags.output), report, renderOptions(flags)));
}
