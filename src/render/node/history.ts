import type { NodeHistory } from '../../core/node/history.ts';
import type { CollectionInfo } from '../../core/node/status.ts';
import type { RenderOptions } from '../format.ts';
import { count, type Style, styleOf, wrap } from '../layout.ts';
import { sizeWords } from './size.ts';
import { namesOf, stateMark } from './status.ts';

/** `pullwhy node history` */
export function historyText({ store, collections, bytes, removed }: NodeHistory, options: RenderOptions): string {
  const style = styleOf(options);
  const total = `${count(collections.length, 'collection')}, ${sizeWords(bytes)}, in ${store}`;
  return [
    ...removed.map(({ id, bytes: freed }) => `removed ${id} (${sizeWords(freed)})`),
    ...wrap(
      collections.length === 0
        ? `nothing is kept in ${store}: pullwhy node collect NODE and pullwhy node import PATH put something there`
        : total,
      options.width,
    ),
    ...collections.map((info) => row(info, style)),
  ].join('\n');
}

function row(info: CollectionInfo, style: Style): string {
  const when = info.startedAt.slice(0, 16).replace('T', ' ');
  const what = `${namesOf(info) || 'no node known'}, ${info.origin}, ${count(info.files, 'file')}, ${sizeWords(info.bytes)}`;
  const gaps = info.gaps.length === 0 ? '' : `, ${count(info.gaps.length, 'gap')}`;
  return `${stateMark(info.state, style)} ${style.paint('strong', info.id)}  ${when}  ${info.state}\n    ${what}${gaps}`;
}
