/** One measured view: how many answers were right, and which were not. */
export interface Score {
  readonly name: string;
  readonly total: number;
  readonly right: number;
  /** Least share of right answers. */
  readonly floor: number;
  /** Answers that were certain and wrong; the floor for these is none. */
  readonly confirmedWrong: readonly string[];
  readonly wrong: readonly Wrong[];
}

export interface Wrong {
  readonly id: string;
  readonly expected: readonly string[];
  readonly got: string;
}

export interface Answer {
  readonly id: string;
  readonly expected: readonly string[];
  readonly got: string;
  readonly verdict: string;
}

export function scoreOf(name: string, floor: number, answers: readonly Answer[]): Score {
  const wrong = answers.filter((a) => !a.expected.includes(a.got));
  return {
    name,
    floor,
    total: answers.length,
    right: answers.length - wrong.length,
    confirmedWrong: wrong.filter((a) => a.verdict === 'confirmed').map((a) => a.id),
    wrong,
  };
}

export function printScore(score: Score, verbose: boolean): void {
  const share = (100 * score.right) / score.total;
  const ok = share / 100 >= score.floor && score.confirmedWrong.length === 0;
  console.log(
    `\n${ok ? 'ok  ' : 'MISS'} ${score.name}: ${score.right}/${score.total} = ${share.toFixed(1)} % ` +
      `(floor ${(100 * score.floor).toFixed(0)} %), confirmed and wrong: ${score.confirmedWrong.length}`,
  );
  if (score.confirmedWrong.length > 0) console.log(`     certain and wrong: ${score.confirmedWrong.join(', ')}`);
  for (const [pair, ids] of confusion(score.wrong))
    console.log(`     ${pair}  ×${ids.length}${verbose || !ok ? `  ${ids.join(' ')}` : ''}`);
}

/** `expected → got`, most frequent first. */
function confusion(wrong: readonly Wrong[]): [string, string[]][] {
  const pairs = new Map<string, string[]>();
  for (const { id, expected, got } of wrong) {
    const pair = `${expected[0] ?? '?'} → ${got}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), id]);
  }
  return [...pairs].sort((a, b) => b[1].length - a[1].length);
}
