// A rolldown plugin: the licences of all that is bundled, beside the bundle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Writes THIRD-PARTY-LICENSES.txt from the packages whose modules ended up in a chunk. */
export function thirdPartyLicences() {
  // Of all bundles that are made with this plugin: the last one writes for all.
  const folders = new Set();
  return {
    name: 'third-party-licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => chunk.moduleIds ?? []);
      for (const folder of modules.flatMap((id) => PACKAGE.exec(id)?.[1] ?? [])) folders.add(folder);
      const entries = [...folders].sort().map(entry);
      const source = ['Licences of the packages that are bundled into pullwhy.', ...entries].join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: `${source}\n` });
    },
  };
}

function entry(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((f) => /^(licen[sc]e|copying)/i.test(f));
  const text =
    file === undefined || !existsSync(join(folder, file))
      ? ''
      : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${'='.repeat(72)}\n${name} ${version} (${license})${text}`;
}
