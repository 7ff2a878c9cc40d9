/** Lines that are remembered; of a longer log later copies count again. */
const MAX_KEPT = 200_000;
/** Where an entry begins that tells its own exact time, behind what the journal or syslog puts before it. */
const OWN_TIME = /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6}\s|time="\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3,9}/;
const HEAD = 300;

/** Log collectors take the log of a unit and the system log, which holds the same entries: each of them happened once. */
export class Copies {
  readonly #seen = new Set<string>();

  /** Whether an entry of that node was met before. One that tells no exact time of its own never was. */
  has(node: string | undefined, raw: string): boolean {
    const at = OWN_TIME.exec(raw.slice(0, HEAD))?.index;
    if (at === undefined) return false;
    const key = `${node ?? ''} ${hashOf(raw, at)}`;
    if (this.#seen.has(key)) return true;
    if (this.#seen.size < MAX_KEPT) this.#seen.add(key);
    return false;
  }
}

/** FNV-1a with two seeds: as good as the text itself, and smaller. */
function hashOf(text: string, from: number): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = from; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${a >>> 0} ${b >>> 0}`;
}
