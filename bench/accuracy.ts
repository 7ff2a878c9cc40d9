// Scores `decode` on a corpus of messages and `diagnose --from` on recordings of real failures.
//   npm run bench:accuracy -- [--corpus FILE.jsonl] [--recordings DIR] [--verbose]
// Without paths it measures the recordings that the project holds. Ends with 1 when a floor is missed.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scoreCorpus } from './accuracy-corpus.ts';
import { scoreRecordings } from './accuracy-recordings.ts';
import { printScore, type Score } from './accuracy-score.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    recordings: { type: 'string', default: 'fixtures/recordings' },
    verbose: { type: 'boolean', default: false },
  },
});

const scores: Score[] = [];
if (values.corpus !== undefined) scores.push(...scoreCorpus(values.corpus));
else console.log('corpus: none given (--corpus FILE.jsonl)');
if (existsSync(values.recordings)) scores.push(...(await scoreRecordings(values.recordings)));

for (const score of scores) printScore(score, values.verbose);
const missed = scores.filter((s) => s.right / s.total < s.floor || s.confirmedWrong.length > 0);
console.log(`\n${scores.length - missed.length} passed, ${missed.length} failed`);
if (missed.length > 0 || scores.length === 0) process.exitCode = 1;
