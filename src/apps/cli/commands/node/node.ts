import { Command } from 'commander';
import { nodeErrorsCommand } from './errors.ts';
import { nodeStatusCommand } from './status.ts';

/** `pullwhy node …`: what the nodes themselves logged. One file per command beside this one. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('evidence of the nodes: collect it, search it, compare it, sum it up')
    .addCommand(nodeErrorsCommand())
    .addCommand(nodeStatusCommand());
}
