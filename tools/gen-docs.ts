// Writes what the code knows into docs/: cause pages, commands, tools, the report's schema; and the list of tools.

import { buildProgram } from '../src/apps/cli/program.ts';
import { CAUSES } from '../src/causes/index.gen.ts';
import { causeIndexPage } from '../src/render/cause-list.ts';
import { causePage } from '../src/render/cause-page.ts';
import { reportJsonSchema } from '../src/render/report-schema.ts';
import { commandsPage } from './commands-page.ts';
import { Output } from './files.ts';
import { publishedModule } from './published-module.ts';
import { toolsPage } from './tools-page.ts';

const output = new Output(process.argv.includes('--check'));

for (const cause of CAUSES) output.write(`docs/causes/${cause.id}.md`, causePage(cause));
output.write('docs/causes/README.md', causeIndexPage(CAUSES));
output.only('docs/causes', ['README.md', ...CAUSES.map((c) => `${c.id}.md`)]);
output.write('docs/commands.md', commandsPage(buildProgram()));
output.write('docs/tools.md', await toolsPage());
output.write('src/apps/mcp/published.gen.ts', await publishedModule());
output.write('docs/report.schema.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
output.finish();
