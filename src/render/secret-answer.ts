import type { SecretAnswer, SecretEntry, SecretImage } from '../core/secret-answer.ts';
import type { RenderOptions } from './format.ts';
import { type Style, styleOf, wrap } from './layout.ts';

/** `pullwhy secret -o …` */
export async function renderSecret(answer: SecretAnswer, format: string, options: RenderOptions): Promise<string> {
  if (format === 'json') return JSON.stringify(answer, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(answer, { lineWidth: 0 });
  return secretText(answer, options);
}

const LABEL = 9;

function secretText(answer: SecretAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const row = (label: string, text: string) =>
    wrap(text, options.width - LABEL - 2).map((line, i) => `  ${(i === 0 ? label : '').padEnd(LABEL)}${line}`);
  return [
    ...headline(answer, style, options.width),
    ...(answer.type === undefined ? [] : row('type', answer.type)),
    ...(answer.problem?.kubeletText === undefined
      ? []
      : row('kubelet', `fails the pull with: ${answer.problem.kubeletText}`)),
    ...answer.entries.flatMap((entry) => entryRows(entry, style, row)),
    ...answer.images.flatMap((image) => imageRows(image, answer.entries, style, row)),
    ...(answer.fix === undefined
      ? []
      : [...row('fix', answer.fix.note), ...answer.fix.commands.map((c) => `  ${' '.repeat(LABEL)}${c}`)]),
  ].join('\n');
}

type Row = (label: string, text: string) => string[];

function headline({ namespace, name, usable, problem }: SecretAnswer, { paint, mark }: Style, width: number): string[] {
  const sign = usable ? paint('good', mark.good) : paint('bad', mark.bad);
  const effect = problem?.breaksPod === true ? 'breaks every pull of pods that list it' : 'is ignored by the kubelet';
  const said = usable
    ? 'is read by the kubelet'
    : `${effect}${problem === undefined ? ': it holds no host' : `: ${problem.note}`}`;
  const [first = '', ...rest] = wrap(`Secret ${namespace}/${name} ${said}`, width - 2);
  return [`${sign} ${paint('strong', first)}`, ...rest.map((line) => `  ${line}`)];
}

function entryRows(
  { host, user, userKind, expiresAt, expired, hints }: SecretEntry,
  { paint, mark }: Style,
  row: Row,
): string[] {
  const who = user === undefined ? '' : `, user ${user}`;
  const kind = userKind === 'plain' || userKind === 'unknown' ? '' : ` (${userKind})`;
  const over = expired === true ? `${paint('bad', mark.bad)} ` : '';
  const end = expiresAt === undefined ? '' : `, its login ${expired === true ? 'ended' : 'ends'} ${expiresAt}`;
  return [...row('host', `${over}${host}${who}${kind}${end}`), ...hints.flatMap((hint) => row('', `beware: ${hint}`))];
}

function imageRows(
  { image, offered, unused, problem }: SecretImage,
  entries: readonly SecretEntry[],
  { paint, mark }: Style,
  row: Row,
): string[] {
  if (problem !== undefined) return row('image', `${paint('bad', mark.bad)} ${image} does not parse: ${problem}`);
  const over = offered.filter((host) => entries.some((entry) => entry.host === host && entry.expired === true));
  if (offered.length > 0 && over.length === offered.length)
    return row('image', `${paint('bad', mark.bad)} ${image}: all that is offered for it has ended: ${over.join(', ')}`);
  if (offered.length > 0)
    return row('image', `${paint('good', mark.good)} ${image}: offered for it: ${offered.join(', then ')}`);
  return [
    ...row('image', `${paint('bad', mark.bad)} ${image}: nothing is offered for it`),
    ...unused.flatMap(({ why, wouldMatch }) =>
      row('', wouldMatch === undefined ? why : `${why}; ${wouldMatch} would match`),
    ),
  ];
}
