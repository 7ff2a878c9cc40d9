import { readFileSync } from 'node:fs';
import { decodeText } from '../src/tasks/decode-text.ts';
import { type Answer, type Score, scoreOf } from './accuracy-score.ts';

/** One message of the corpus: what was true (`label`), what the text alone supports, what else is accepted. */
interface Row {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly text_label: string;
  readonly alternatives: readonly string[];
}

/** `undetermined` in the corpus is our `unknown`. */
const asCause = (label: string) => (label === 'undetermined' ? 'unknown' : label);

export function scoreCorpus(path: string): Score[] {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
  const answers = rows.map((row) => {
    const { cause, verdict } = decodeText(row.text);
    return { row, got: cause, verdict };
  });
  const against = (name: string, floor: number, accepted: (row: Row) => readonly string[]) =>
    scoreOf(
      name,
      floor,
      answers.map(
        ({ row, got, verdict }): Answer => ({ id: row.id, expected: accepted(row).map(asCause), got, verdict }),
      ),
    );
  const negatives = answers.filter(({ row }) => row.label === 'not-image-pull');
  return [
    against('corpus, label or text_label or alternatives', 0.96, (r) => [r.text_label, r.label, ...r.alternatives]),
    { ...against('corpus, text_label alone (for information)', 0, (r) => [r.text_label]), confirmedWrong: [] },
    { ...against('corpus, label alone (for information)', 0, (r) => [r.label]), confirmedWrong: [] },
    scoreOf(
      'corpus, negatives',
      1,
      negatives.map(({ row, got, verdict }) => ({ id: row.id, expected: ['not-image-pull'], got, verdict })),
    ),
  ];
}
