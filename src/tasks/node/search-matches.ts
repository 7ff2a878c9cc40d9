import type { SearchMatch } from '../../core/node/search-answer.ts';
import { excerpt } from '../../core/redact.ts';
import { millisOf, readLogTime, rfc3339 } from '../../nodelogs/lines/log-time.ts';
import { type LineAround, linesAround } from '../../nodelogs/search/lines-around.ts';
import type { FoundLine } from '../../nodelogs/search/newest-lines.ts';
import { searchIds } from '../../nodelogs/search/search-id.ts';

/** Neighbours are told shorter than the line itself. */
const NEIGHBOUR_CHARS = 500;

/** The matches of one page; `kept` is false when their ids hold for this answer only. */
export interface PageOfMatches {
  readonly matches: readonly SearchMatch[];
  readonly kept: boolean;
}

/** Fetches the texts of the lines of one page, file by file, and gives them their ids. */
export async function matchesOf(
  lines: readonly FoundLine[],
  context: number,
  signal: AbortSignal | undefined,
): Promise<PageOfMatches> {
  const texts = await textsOf(lines, context, signal);
  const { ids, kept } = await idsOf(lines);
  return { matches: lines.map((line) => matchOf(line, ids.get(line) ?? '', texts.get(line), context)), kept };
}

async function textsOf(
  lines: readonly FoundLine[],
  context: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<FoundLine, LineAround>> {
  const texts = new Map<FoundLine, LineAround>();
  for (const text of new Set(lines.map((line) => line.text))) {
    const mine = lines.filter((line) => line.text === text);
    const offsets = mine.map(({ offset }) => offset);
    const around = await linesAround(text, offsets, context, signal);
    for (const line of mine) {
      const found = around.get(line.offset);
      if (found !== undefined) texts.set(line, found);
    }
  }
  return texts;
}

async function idsOf(
  lines: readonly FoundLine[],
): Promise<{ readonly ids: ReadonlyMap<FoundLine, string>; readonly kept: boolean }> {
  const ids = new Map<FoundLine, string>();
  let kept = true;
  for (const bundle of new Set(lines.map((line) => line.bundle))) {
    const mine = lines.filter((line) => line.bundle === bundle);
    const places = mine.map(({ text, line }) => ({ path: text.file.path, line }));
    const named = await searchIds(bundle, places);
    mine.forEach((line, i) => {
      ids.set(line, named.ids[i] ?? '');
    });
    kept &&= named.kept;
  }
  return { ids, kept };
}

function matchOf(
  { bundle, text: { file }, line, at: known, reference }: FoundLine,
  id: string,
  text: LineAround | undefined,
  context: number,
): SearchMatch {
  const node = file.node ?? (bundle.nodes.length === 1 ? bundle.nodes[0] : undefined);
  const at = known ?? millisOf(readLogTime(text?.line ?? ''), reference);
  return {
    id,
    collection: bundle.id,
    path: file.path,
    line,
    ...(node === undefined ? {} : { node }),
    ...(at === undefined ? {} : { at: rfc3339(at) }),
    text: excerpt(text?.line ?? ''),
    ...(context === 0
      ? {}
      : {
          before: (text?.before ?? []).map((each) => excerpt(each, NEIGHBOUR_CHARS)),
          after: (text?.after ?? []).map((each) => excerpt(each, NEIGHBOUR_CHARS)),
        }),
  };
}
