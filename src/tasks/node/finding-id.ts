const WRITTEN = /^\s*([fs])-?0*(\d{1,9})\s*$/i;

/** Ids as people and agents write them, as they are given out: `f-1`, ` F-001 ` are `F-001`. */
export function normalId(id: string): string {
  const found = WRITTEN.exec(id);
  return found === null
    ? id.trim().slice(0, 60)
    : `${(found[1] ?? '').toUpperCase()}-${(found[2] ?? '').padStart(3, '0')}`;
}

/** Whether it names a finding or a match; a file of a collection may be called `f1`, so the dash counts. */
export function isFindingId(text: string): boolean {
  return text.includes('-') && WRITTEN.test(text);
}
