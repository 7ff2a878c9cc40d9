import { fileKindOf, isLogKind } from '../../core/node/file-kind.ts';
import { cleanConfig } from './clean-config.ts';
import { cleanBytes, cleanText } from './clean-text.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import type { ItemRecord } from './item-record.ts';

/** Content of one frame; what a pod prints beyond it is left. */
const MAX_FRAME = 16 * 2 ** 20;
const MAX_LINE = 2 ** 20;
const MAX_FRAMES = 2_000;

interface Frame {
  readonly treat: string;
  readonly as: string;
  readonly lines: string[];
  size: number;
}

export interface FramesRead {
  /** The script came to its end. */
  readonly done: boolean;
  readonly frames: number;
}

/**
 * Reads what the debug script prints, frame by frame as it comes. Lines that are neither a mark nor content (a warning
 * of the shell, an empty line) are left. Content is cleaned again: the script's tools are those of a stranger's image.
 */
export async function readFrames(
  body: AsyncIterable<Uint8Array>,
  mark: string,
  node: string,
  sink: EvidenceSink,
  record: ItemRecord,
): Promise<FramesRead> {
  let open: Frame | undefined;
  let frames = 0;
  for await (const line of linesOf(body)) {
    if (line.startsWith('|')) {
      if (open !== undefined && open.size + line.length <= MAX_FRAME) {
        open.lines.push(line.slice(1));
        open.size += line.length;
      }
      continue;
    }
    const [word, ...rest] = line.startsWith(`${mark} `) ? line.slice(mark.length + 1).split(' ') : [];
    if (word === 'done') return { done: true, frames };
    if (word === 'begin' && frames < MAX_FRAMES) {
      const [treat = '', ...as] = rest;
      open = { treat, as: as.join(' '), lines: [], size: 0 };
      await sink.progress({ doing: `${node}: ${open.as}` });
    } else if (word === 'end' && open !== undefined) {
      await keep(open, rest[0] === 'cut', node, sink, record);
      open = undefined;
      frames += 1;
    } else if (word === 'absent' || word === 'present' || word === 'unknown') {
      const from = rest.join(' ');
      record.add({
        what: from,
        from,
        state: word,
        ...(word === 'present' ? { note: 'may hold a key: not read' } : {}),
      });
    }
  }
  return { done: false, frames };
}

async function keep(
  { treat, as, lines }: Frame,
  cut: boolean,
  node: string,
  sink: EvidenceSink,
  record: ItemRecord,
): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join('');
  // A program that is not there, or may not, prints nothing.
  if (text.replace(/^\$ .*\n/gm, '').trim() === '' || /^-- No entries --\s*$/.test(text)) {
    record.add({ what: as, from: as, state: 'unknown', note: 'nothing was printed' });
    return;
  }
  const isLog = isLogKind(fileKindOf(as));
  const note = cut ? (isLog ? 'the newest part' : 'the first part') : undefined;
  await sink.addFile(as, isLog ? cleanBytes(Buffer.from(text)) : treated(text, treat), {
    node,
    ...(note === undefined ? {} : { cut: note }),
  });
  record.add({ what: as, from: as, state: 'present', as, ...(note === undefined ? {} : { note }) });
}

function treated(text: string, treat: string): string {
  if (treat === 'config') return cleanConfig(text);
  if (treat !== 'logins') return cleanText(text);
  const hosts = [...text.matchAll(/^"([^"]*)"$/gm)].flatMap(([, host = '']) =>
    host === 'auths' ? [] : [cleanText(host)],
  );
  return `${JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, {}])) }, undefined, 2)}\n`;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) yield line.slice(0, MAX_LINE);
  }
  if (rest !== '') yield rest;
}
