import { Command } from 'commander';
import { nodeCollectCommand } from './collect.ts';
import { nodeCompareCommand } from './compare.ts';
import { nodeCorrelateCommand } from './correlate.ts';
import { nodeErrorsCommand } from './errors.ts';
import { nodeHistoryCommand } from './history.ts';
import { nodeImportCommand } from './import.ts';
import { nodeNetworkCommand } from './network.ts';
import { nodeReadCommand } from './read.ts';
import { nodeSearchCommand } from './search.ts';
import { nodeStatusCommand } from './status.ts';
import { nodeStorageCommand } from './storage.ts';
import { nodeSummarizeCommand } from './summarize.ts';
import { nodeValidateCommand } from './validate.ts';

const EXAMPLES = `
Examples:
  pullwhy node collect node-a       bring in logs and settings of a node
  pullwhy node summarize node-a     root cause, evidence, fix
  pullwhy node errors --from logs/  the same evidence from a folder`;

/** `pullwhy node …`: what the nodes themselves logged. One file per command beside this one. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('evidence of the nodes: collect it, search it, compare it, sum it up')
    .addCommand(nodeCollectCommand())
    .addCommand(nodeCompareCommand())
    .addCommand(nodeCorrelateCommand())
    .addCommand(nodeErrorsCommand())
    .addCommand(nodeHistoryCommand())
    .addCommand(nodeImportCommand())
    .addCommand(nodeNetworkCommand())
    .addCommand(nodeReadCommand())
    .addCommand(nodeSearchCommand())
    .addCommand(nodeStatusCommand())
    .addCommand(nodeStorageCommand())
    .addCommand(nodeSummarizeCommand())
    .addCommand(nodeValidateCommand())
    .addHelpText('after', EXAMPLES);
}
