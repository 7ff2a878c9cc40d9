export interface Check {
  /** What was found. */
  readonly found: string;
  readonly good: boolean;
  /** The words behind it, shown where it is not good. */
  readonly said: string;
}

/** One fault with what the probe, the CRI, ctr and all together found. */
export interface Row {
  readonly truth: string;
  readonly checks: readonly Check[];
}

/** Prints all rows, then the words behind what failed. */
export function printTable(rows: readonly Row[], runtime: string | undefined): { passed: number; failed: number } {
  const by = runtime === undefined ? [] : [`containerd ${runtime}, CRI`, 'ctr', 'probe and CRI'];
  const heads = ['truth', 'probe', ...by];
  const cells = rows.map(({ truth, checks }) => [
    truth,
    ...checks.map(({ found, good }) => (good ? found : `! ${found}`)),
  ]);
  const widths = heads.map((_, at) => Math.max(...[heads, ...cells].map((row) => row[at]?.length ?? 0)));
  for (const row of [heads, ...cells])
    process.stdout.write(
      `${row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  const bad = rows.flatMap(({ truth, checks }) =>
    checks.filter(({ good }) => !good).map((check) => ({ truth, check })),
  );
  for (const { truth, check } of bad) process.stdout.write(`FAILED ${truth}: ${check.found}: ${check.said}\n`);
  const all = rows.reduce((sum, { checks }) => sum + checks.length, 0);
  return { passed: all - bad.length, failed: bad.length };
}
