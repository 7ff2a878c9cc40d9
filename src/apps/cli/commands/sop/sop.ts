import { Command } from 'commander';
import { sopGetCommand } from './get.ts';
import { sopListCommand } from './list.ts';
import { sopRunCommand } from './run.ts';

const EXAMPLES = `
Examples:
  pullwhy sop list --symptom ImagePullBackOff
  pullwhy sop run C1 --pod api-1 -n shop
  pullwhy sop run C1 --pod api-1 -n shop --from dump.yaml -o report`;

/** `pullwhy sop …`: operating procedures, listed, printed, followed step by step. */
export function sopCommand(): Command {
  return new Command('sop')
    .description('operating procedures: list them, print one, run one step by step')
    .addCommand(sopListCommand())
    .addCommand(sopGetCommand())
    .addCommand(sopRunCommand())
    .addHelpText('after', EXAMPLES);
}
