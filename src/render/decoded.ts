import type { DecodeAnswer } from '../core/decode-answer.ts';
import { wrap } from './layout.ts';
import { nextStepLines } from './next-step.ts';

const LABEL = 9;
const WIDTH = 70;

/** `pullwhy decode -o …` */
export async function renderDecoded(answer: DecodeAnswer, format: string): Promise<string> {
  if (format === 'json') return JSON.stringify(answer, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(answer, { lineWidth: 0 });
  return decodedText(answer);
}

function decodedText(answer: DecodeAnswer): string {
  const { statement, cause, verdict, candidates, stage, link, runtime, image, host, http, misleading, toDecide } =
    answer;
  const row = (label: string, value: string | null) => (value === null || value === '' ? [] : field(label, value));
  return [
    ...wrap(statement, 78),
    '',
    ...row('cause', `${cause} (${verdict})`),
    ...row('stage', `${stage}${link === 'none' ? '' : `, link ${link}`}`),
    ...row('image', image?.raw ?? null),
    ...row('host', host),
    ...row('http', http === null ? null : [http.method, http.url, http.status].filter((v) => v !== null).join(' ')),
    ...row('runtime', runtime),
    ...candidates.slice(1).flatMap((c, i) => field(i === 0 ? 'or' : '', `${c.cause} (${c.verdict}): ${c.why}`)),
    ...row('beware', misleading),
    ...(toDecide === null ? [] : fieldOf('decide', nextStepLines(toDecide, WIDTH))),
  ].join('\n');
}

function field(label: string, value: string): string[] {
  return fieldOf(label, wrap(value, WIDTH));
}

function fieldOf(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL)}${line}`);
}
