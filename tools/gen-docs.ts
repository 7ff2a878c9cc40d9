// Writes what the code knows into docs/: cause pages, commands, the report's schema.

import { buildProgram } from '../src/apps/cli/program.ts';
import { CAUSES } from '../src/causes/index.gen.ts';
import { causeIndexPage } from '../src/render/cause-list.ts';
import { causePage } from '../src/render/cause-page.ts';
import { reportJsonSchema } from '../src/render/report-schema.ts';
import { commandsPage } from './commands-page.ts';
import { Output } from './files.ts';
import { toolsPage } from './tools-page.ts';

const output = new Output(process.argv.includes('--check'));

for (const cause of CAUSES) output.write(`docs/causes/${cause.id}.md`, causePage(cause));
output.write('docs/causes/README.md', causeIndexPage(CAUSES));
output.only('docs/causes', ['README.md', ...CAUSES.map((c) => `${c.id}.md`)]);
output.write('docs/commands.md', commandsPage(buildProgram()));
output.write('docs/tools.md', await toolsPage());
output.write('docs/report.schema.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
output.finish();
