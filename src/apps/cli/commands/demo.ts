import { Command } from 'commander';
import { formatOf, type OutputFlags, outputOption } from '../output.ts';

/** `pullwhy demo [SCENARIO]` */
export function demoCommand(): Command {
  return new Command('demo')
    .description('no cluster at hand: diagnoses recorded failures')
    .argument('[scenario]', 'one of the recorded ones; none: a tour of all')
    .addOption(outputOption())
    .option('--show-evidence', 'print every piece of evidence')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (scenario: string | undefined, flags: OutputFlags) => {
      formatOf(flags.output);
      const { runDemo } = await import('../demo.ts');
      await runDemo(scenario, flags);
    });
}
