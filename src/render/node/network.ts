import type { AnswerGap } from '../../core/fact.ts';
import type {
  ChainStep,
  MirrorChain,
  NetworkAnswer,
  NetworkSection,
  NodeNetwork,
} from '../../core/node/network-answer.ts';
import type { RenderOptions } from '../format.ts';
import { gapWords, hang, type Style, styleOf, wrap } from '../layout.ts';
import { coverageRows, gapRows, problemRows } from './problem-rows.ts';

/** `pullwhy node network` */
export function renderNetwork(answer: NetworkAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  if (answer.perNode.length === 0) return 'No node of that name in this evidence.';
  const nodes = answer.perNode.map((node) => nodeText(node, style, options));
  return [...nodes, coverageRows(answer, options.width).join('\n')].join('\n\n');
}

function nodeText(node: NodeNetwork, style: Style, options: RenderOptions): string {
  const hosts = [...new Set(node.targets.map(({ host }) => host))];
  const about =
    hosts.length === 0 ? 'no failing pull in the logs; name an image with --image' : hosts.slice(0, 5).join(', ');
  const gaps = node.gaps.filter((gap) => !node.sections.some((section) => tells(section, gap)));
  return [
    ...wrap(`${node.node ?? 'the node'}: ${about}`, options.width).map((line) => style.paint('strong', line)),
    ...node.sections.flatMap((section) => sectionRows(section, node.gaps, style, options)),
    ...node.chains.slice(0, options.verbose ? undefined : 3).flatMap((chain) => chainRows(chain, style, options)),
    ...(gaps.length === 0 ? [] : ['  not known:', ...gapRows(gaps, options.width)]),
  ].join('\n');
}

/** The section is not known for want of just this: one line says both, with what would close the gap. */
function tells({ state, summary }: NetworkSection, { what, why }: AnswerGap): boolean {
  return state === 'unknown' && summary === `${what}: ${gapWords(why)}`;
}

function sectionRows(
  section: NetworkSection,
  gaps: readonly AnswerGap[],
  style: Style,
  options: RenderOptions,
): string[] {
  const { paint, mark } = style;
  const sign = { ok: paint('good', mark.good), problem: paint('bad', mark.bad), unknown: paint('dim', mark.unknown) }[
    section.state
  ];
  const how = gaps.find((gap) => tells(section, gap))?.how;
  const summary = how === undefined ? section.summary : `${section.summary}: ${how}`;
  const [first = '', ...rest] = wrap(section.state === 'problem' ? '' : summary, options.width - 16);
  const facts = section.facts.slice(section.state === 'problem' ? 0 : 1);
  return [
    `  ${section.name.padEnd(11)}${sign} ${first}`.trimEnd(),
    ...[...rest, ...facts.flatMap((fact) => wrap(fact, options.width - 16))].map(
      (line) => `  ${' '.repeat(13)}${line}`,
    ),
    ...problemRows(section.problems, style, options),
  ];
}

function chainRows(
  { image, steps, refused, certainty, decidedBy, ignored }: MirrorChain,
  style: Style,
  { width }: RenderOptions,
): string[] {
  const certain =
    certainty === 'known' ? '' : `, ${certainty === 'partly' ? 'as far as files were collected' : 'unknown'}`;
  return [
    ...hang(`way of ${image}${certain}`, width - 2).map((line) => `  ${line}`),
    ...(refused === undefined ? [] : hang(refused, width - 4).map((line) => `    ${style.paint('bad', line)}`)),
    ...steps.flatMap((step, i) => hang(`${i + 1}. ${stepWords(step)}`, width - 4).map((line) => `    ${line}`)),
    ...decidedBy.flatMap(({ path, why }) =>
      hang(`by ${path}: ${why}`, width - 4).map((line) => `    ${style.paint('dim', line)}`),
    ),
    ...ignored.flatMap(({ path, why }) => hang(`not used: ${path}: ${why}`, width - 4).map((line) => `    ${line}`)),
  ];
}

function stepWords({
  role,
  url,
  skipped,
  skipVerify,
  authorities,
  clientCertificates,
  capabilities,
  notes,
}: ChainStep): string {
  const more = [
    ...(role === 'mirror' ? ['mirror'] : []),
    ...(skipped === undefined ? [] : [`passed over: ${skipped}`]),
    ...(capabilities.includes('resolve') && capabilities.includes('pull')
      ? []
      : [`only ${capabilities.join(' and ') || 'nothing'}`]),
    ...(skipVerify ? ['certificate not checked'] : []),
    ...(authorities.length === 0 ? [] : [`CA ${authorities.join(' ')}`]),
    ...(clientCertificates.length === 0 ? [] : [`client certificate ${clientCertificates.join(' ')}`]),
    ...notes,
  ];
  return more.length === 0 ? url : `${url} (${more.join('; ')})`;
}
