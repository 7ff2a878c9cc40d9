/** How a set of questions is put to registries without being a burden to any. */
export interface Politeness<T, R> {
  readonly hostOf: (item: T) => string;
  readonly ask: (item: T, number: number) => Promise<R>;
  /** The host has had enough: the rest of its questions is left out. */
  readonly isEnough: (answer: R) => boolean;
  /** Questions at once to one host. */
  readonly perHost?: number;
  /** Questions at once in all. */
  readonly total?: number;
}

const PER_HOST = 4;
const TOTAL = 8;

/** Asks all, in order as far as hosts are free; undefined where a host had enough before its turn came. */
export async function askPolitely<T, R>(
  items: readonly T[],
  politeness: Politeness<T, R>,
): Promise<readonly (R | undefined)[]> {
  const { hostOf, ask, isEnough, perHost = PER_HOST, total = TOTAL } = politeness;
  const answers: (R | undefined)[] = items.map(() => undefined);
  const waiting = items.map((item, index) => ({ item, index, host: hostOf(item) }));
  const busy = new Map<string, number>();
  const tired = new Set<string>();
  let asked = 0;

  const next = () => {
    const at = waiting.findIndex(({ host }) => !tired.has(host) && (busy.get(host) ?? 0) < perHost);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  await new Promise<void>((done, fail) => {
    let running = 0;
    const start = () => {
      for (
        let turn = running < total ? next() : undefined;
        turn !== undefined;
        turn = running < total ? next() : undefined
      ) {
        const { item, index, host } = turn;
        running += 1;
        asked += 1;
        busy.set(host, (busy.get(host) ?? 0) + 1);
        ask(item, asked).then((answer) => {
          running -= 1;
          busy.set(host, (busy.get(host) ?? 1) - 1);
          answers[index] = answer;
          if (isEnough(answer)) tired.add(host);
          start();
        }, fail);
      }
      if (running === 0) done();
    };
    start();
  });
  return answers;
}
