import { Command } from 'commander';
import { print } from '../output.ts';

/** `pullwhy __complete WORD…`: what kubectl's plugin completion asks; the last word is the unfinished one. */
export function completeCommand(program: Command): Command {
  return new Command('__complete')
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const { completions } = await import('../completion.ts');
      await print(completions(program, words));
    });
}
