import { Command } from 'commander';
import type { LiveFlags } from '../live.ts';
import { choiceOption } from '../value-options.ts';
import { clusterOptions } from './cluster-options.ts';

interface Flags extends LiveFlags {
  readonly output: string;
}

/** `pullwhy watch [-n NAMESPACE | -A]` */
export function watchCommand(): Command {
  return clusterOptions(
    new Command('watch').description('follow a cluster: one line per incident that opens, changes or is resolved'),
  )
    .addOption(
      choiceOption('-o, --output <format>', 'text, json (JSON Lines)', 'output format', ['text', 'json']).default(
        'text',
      ),
    )
    .action(async (flags: Flags) => {
      const { runWatch } = await import('../watch.ts');
      await runWatch(flags, flags.output === 'json');
    });
}
