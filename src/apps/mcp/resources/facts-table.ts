import { CAUSES } from '../../../causes/index.gen.ts';

/** Message shapes and the causes that they point at, from the causes' own examples. */
export function factsTable(): string {
  const rows = CAUSES.flatMap(({ id, link, shapes }) =>
    shapes.map(({ example, from, gives }) => {
      const weight = gives === 'first' ? 'points at it' : 'among others';
      return `| ${cell(example)} | ${cell(from)} | [${id}](pullwhy://cause/${id}) | ${link} | ${weight} |`;
    }),
  );
  return [
    '# What messages mean',
    '',
    'A message is a witness, not the judge: evidence may overrule it. `decode` judges a message, `diagnose` a pod.',
    '',
    '| message | printed by | cause | link of the chain | what the text alone supports |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return `\`${text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', "'").slice(0, 300)}\``;
}
