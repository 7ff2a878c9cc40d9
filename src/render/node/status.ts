import type { CollectionInfo, CollectionState } from '../../core/node/status.ts';
import type { RenderOptions } from '../format.ts';
import { count, durationWords, gapWords, labelled, type Style, styleOf, wrap } from '../layout.ts';
import { sizeWords } from './size.ts';

const MAX_GAPS = 12;

/** `pullwhy node status` */
export function statusText(info: CollectionInfo, options: RenderOptions): string {
  const style = styleOf(options);
  const row = (label: string, text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : labelled(label, wrap(text, options.width - 11));
  return [
    `${isEmpty(info) ? style.paint('warn', style.mark.maybe) : stateMark(info.state, style)} ${style.paint('strong', info.id)}  ${stateWords(info)}`,
    ...row('node', namesOf(info)),
    ...row('from', info.source === undefined ? info.origin : `${info.origin}: ${info.source}`),
    ...row('started', info.startedAt),
    ...row('taken', info.collectedAt),
    ...row('ended', endedWords(info)),
    ...row('holds', `${count(info.files, 'file')}, ${sizeWords(info.bytes)}`),
    ...row('doing', doingWords(info)),
    ...row('problem', info.problem),
    ...gapRows(info, options.width),
    ...row('next', nextWords(info)),
  ].join('\n');
}

export function stateMark(state: CollectionState, { paint, mark }: Style): string {
  if (state === 'complete') return paint('good', mark.good);
  if (state === 'failed') return paint('bad', mark.bad);
  return state === 'queued' || state === 'running' ? paint('dim', mark.unknown) : paint('warn', mark.maybe);
}

const WORDS: Readonly<Record<CollectionState, string>> = {
  queued: 'about to begin',
  running: 'under way',
  complete: 'complete',
  partial: 'ended; not all could be had',
  failed: 'failed; what was found before is kept',
  cancelled: 'cancelled; what was found before is kept',
  interrupted: 'interrupted: its process is gone; what was found before is kept, the same command resumes it',
};

function stateWords(info: CollectionInfo): string {
  return isEmpty(info) ? 'nothing was in it' : WORDS[info.state];
}

function isEmpty({ state, files }: CollectionInfo): boolean {
  return state === 'complete' && files === 0;
}

export function namesOf({ nodes, instances }: CollectionInfo): string {
  const others = instances.filter((instance) => !nodes.includes(instance));
  return `${nodes.join(', ')}${others.length === 0 ? '' : ` (${others.join(', ')})`}`;
}

function endedWords({ startedAt, finishedAt }: CollectionInfo): string | undefined {
  if (finishedAt === undefined) return undefined;
  return `${finishedAt}, after ${durationWords((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}`;
}

/** Only where there is something to look into, and nothing more comes. */
function nextWords({ id, state, files }: CollectionInfo): string | undefined {
  return files === 0 || state === 'queued' || state === 'running' ? undefined : `pullwhy node errors ${id}`;
}

function doingWords({ progress }: CollectionInfo): string | undefined {
  if (progress === undefined) return undefined;
  const { doing, done, total } = progress;
  return `${doing}${done === undefined ? '' : `: ${done}${total === undefined ? '' : ` of ${total}`}`}`;
}

function gapRows({ gaps }: CollectionInfo, width: number): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps
    .slice(0, MAX_GAPS)
    .flatMap(({ wanted, why, how }) =>
      wrap(`${wanted}: ${gapWords(why)}${how === undefined ? '' : `; ${how}`}`, width - 11),
    );
  const left = gaps.length - MAX_GAPS;
  return labelled('missing', left > 0 ? [...lines, `and ${left} more (-o json)`] : lines);
}
