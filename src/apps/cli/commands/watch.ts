import { Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import type { LiveFlags } from '../live.ts';
import { clusterOptions } from './cluster-options.ts';

interface Flags extends LiveFlags {
  readonly output: string;
}

/** `pullwhy watch [-n NAMESPACE | -A]` */
export function watchCommand(): Command {
  return clusterOptions(
    new Command('watch').description('follow a cluster: one line per incident that opens, changes or is resolved'),
  )
    .option('-o, --output <format>', 'text, json (JSON Lines)', 'text')
    .action(async (flags: Flags) => {
      if (!['text', 'json'].includes(flags.output)) {
        throw new UsageError(`no output format ${flags.output}: use one of text, json`);
      }
      const { runWatch } = await import('../watch.ts');
      await runWatch(flags, flags.output === 'json');
    });
}
