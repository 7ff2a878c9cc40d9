import type { NeedState, NodeNeeds, NodeValidation } from '../../core/node/validation.ts';
import type { RenderOptions } from '../format.ts';
import { count, durationWords, gapWords, indented, type Style, styleOf, wrap } from '../layout.ts';

const MAX_LISTED = 15;

const SUFFICIENT: Readonly<Record<NodeValidation['sufficient'], string>> = {
  enough: 'all that pull diagnoses use is here',
  partly: 'enough to look, not enough to rule everything out',
  'not-enough': 'neither the kubelet nor the runtime is heard: this cannot tell why a pull failed',
};

/** `pullwhy node validate` */
export function validationText(answer: NodeValidation, options: RenderOptions): string {
  const style = styleOf(options);
  const { paint, mark } = style;
  const sign = answer.sufficient === 'enough' ? paint('good', mark.good) : paint('warn', mark.maybe);
  const whose = answer.nodes.length === 0 ? 'no node known' : answer.nodes.join(', ');
  const state = answer.state === undefined || answer.state === 'complete' ? '' : `, ${answer.state}`;
  return [
    ...wrap(`${sign} ${answer.collection} (${answer.origin}${state}): ${whose}`, options.width),
    ...indented(SUFFICIENT[answer.sufficient], options.width),
    ...answer.byNode.flatMap((each) => ['', ...needRows(each, answer.byNode.length > 1, style, options.width)]),
    ...damagedRows(answer, options.width),
    '',
    ...ageRows(answer, options.width),
    ...gapRows(answer, options.width),
  ].join('\n');
}

function needRows({ node, needs }: NodeNeeds, several: boolean, style: Style, width: number): string[] {
  const head = several ? [style.paint('strong', node ?? 'no node known')] : [];
  return [...head, ...needs.flatMap((need) => needRow(need, style, width))];
}

function needRow(
  { title, state, files, why, how, costs, note }: NeedState,
  { paint, mark }: Style,
  width: number,
): string[] {
  if (state === 'present') {
    const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
    return wrap(`${paint('good', mark.good)} ${title}: ${files[0] ?? ''}${more}`, width);
  }
  const sign = state === 'missing' ? paint('dim', mark.unknown) : paint('warn', mark.maybe);
  const what = state === 'missing' ? gapWords(why ?? 'not-collected') : `${state} (${files[0] ?? ''})`;
  return [
    ...wrap(`${sign} ${title}: ${what}`, width),
    ...indented(`untold: ${costs ?? 'what was cut off'}`, width),
    ...(note === undefined ? [] : indented(note, width)),
    ...(how === undefined ? [] : indented(`to get it: ${how}`, width)),
  ];
}

function damagedRows({ damaged }: NodeValidation, width: number): string[] {
  if (damaged.length === 0) return [];
  const rows = damaged
    .slice(0, MAX_LISTED)
    .flatMap(({ path, why, note }) => indented(`${path}: ${why}${note === undefined ? '' : `; ${note}`}`, width));
  const left = damaged.length - MAX_LISTED;
  return [
    '',
    `${count(damaged.length, 'file')} not whole:`,
    ...rows,
    ...(left > 0 ? [`  and ${left} more (-o json)`] : []),
  ];
}

function ageRows({ age, clock, coverage }: NodeValidation, width: number): string[] {
  const newest = age.newestLine === undefined ? 'no line with a time' : `${age.newestLine.at} (${age.newestLine.path})`;
  const old = age.ageSeconds === undefined ? '' : `, ${ageWords(age.ageSeconds)}`;
  const offset = clock.offsetSeconds === undefined ? '' : `; ${clock.offsetSeconds} s off by its time service`;
  const sync = clock.synchronized === undefined ? '' : clock.synchronized ? '; synchronized' : '; not synchronized';
  const ahead =
    clock.aheadOfCollectorSeconds === undefined
      ? ''
      : `; ${durationWords(clock.aheadOfCollectorSeconds)} ahead of the collector`;
  return [
    ...wrap(`newest line: ${newest}${old}`, width),
    ...wrap(`collected:   ${age.collectedAt ?? 'unknown'}`, width),
    ...wrap(`clock: ${clock.note}${sync}${offset}${ahead}`, width),
    ...wrap(`looked into ${coverage.filesRead} of ${count(coverage.filesTotal, 'file')}, at both ends`, width),
  ];
}

function ageWords(seconds: number): string {
  return seconds < 0 ? `${durationWords(-seconds)} ahead of now` : `${durationWords(seconds)} old`;
}

function gapRows({ gaps }: NodeValidation, width: number): string[] {
  if (gaps.length === 0) return [];
  const rows = gaps
    .slice(0, MAX_LISTED)
    .flatMap(({ what, why, how }) =>
      indented(`${what}: ${gapWords(why)}${how === undefined ? '' : `; ${how}`}`, width),
    );
  const left = gaps.length - MAX_LISTED;
  return ['', 'could not be had:', ...rows, ...(left > 0 ? [`  and ${left} more (-o json)`] : [])];
}
