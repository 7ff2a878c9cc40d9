import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'sop';

/** src/sop/builtin.gen.ts: the texts of the procedures in `sop/`, so that they ship inside the bundle. */
export function sopModule(header: string): string {
  const files = readdirSync(FOLDER)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  const entries = files.map((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    return `  { file: ${quoted(`${FOLDER}/${name}`)}, text: ${quoted(text)} },\n`;
  });
  return [
    header,
    '/** The procedures that come with pullwhy, as they stand in `sop/`. */\n',
    'export const PROCEDURES: readonly { readonly file: string; readonly text: string }[] = [\n',
    ...entries,
    '];\n',
  ].join('');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
