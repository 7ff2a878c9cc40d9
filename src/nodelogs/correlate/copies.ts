import { fingerprint } from '../../core/digest.ts';

/** Lines that are remembered; of a longer log later copies count again. */
const MAX_KEPT = 200_000;
/** Where an entry begins that tells its own exact time, behind what the journal or syslog puts before it. */
const OWN_TIME = /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6}\s|time="\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3,9}/;
const HEAD = 300;

/** Log collectors take the log of a unit and the system log, which holds the same entries: each of them happened once. */
export class Copies {
  readonly #seen = new Set<string>();

  /** Whether an entry of that node was met before, by its fingerprint. One that tells no exact time of its own never was. */
  has(node: string | undefined, raw: string): boolean {
    const at = OWN_TIME.exec(raw.slice(0, HEAD))?.index;
    if (at === undefined) return false;
    const key = `${node ?? ''} ${fingerprint(raw, at).join(' ')}`;
    if (this.#seen.has(key)) return true;
    if (this.#seen.size < MAX_KEPT) this.#seen.add(key);
    return false;
  }
}
