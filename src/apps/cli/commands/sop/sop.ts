import { Command } from 'commander';
import { sopGetCommand } from './get.ts';
import { sopListCommand } from './list.ts';
import { sopRunCommand } from './run.ts';

/** `pullwhy sop …`: operating procedures, listed, printed, followed step by step. */
export function sopCommand(): Command {
  return new Command('sop')
    .description('operating procedures: list them, print one, run one step by step')
    .addCommand(sopListCommand())
    .addCommand(sopGetCommand())
    .addCommand(sopRunCommand());
}
