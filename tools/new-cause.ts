// `npm run new-cause tls/tls-expired`: a cause file with every part to fill in, and its fixture folder.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { LINKS } from '../src/core/pull-chain.ts';

const [path = ''] = process.argv.slice(2);
const [link = '', id = ''] = path.split('/');
const known: readonly string[] = [...LINKS, 'none'];
if (!known.includes(link) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
  console.error(`usage: npm run new-cause LINK/ID   (LINK: ${known.join(', ')}; ID: kebab-case)`);
  process.exit(2);
}
const file = `src/causes/${link}/${id}.ts`;
if (existsSync(file)) {
  console.error(`${file} exists already: edit it`);
  process.exit(2);
}
mkdirSync(`fixtures/${id}`, { recursive: true });
writeFileSync(file, template());
console.log(`${file}\nfixtures/${id}/   put a capture into a folder here\nthen: npm run gen && npm test`);

function template(): string {
  return `import { defineCause } from '../define.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string;
}

/** One line: what is wrong when this is the cause. */
export const cause = defineCause<Params>({
  id: '${id}',
  link: '${link}',
  class: 'config',
  severity: 'high',
  title: '',
  meaning: '',
  refines: [],
  shapes: [],
  confirmedBy: [],
  ruledOutBy: [],
  special: [],
  prevention: [],
  sample: { host: 'registry.example' },
  judge(facts) {
    const witness = decisive(facts);
    if (witness === undefined) return undefined;
    return undefined;
  },
  statement: ({ host }) => host,
  remedies: () => [],
  verify: () => [],
  escalate: () => [],
});
`;
}
