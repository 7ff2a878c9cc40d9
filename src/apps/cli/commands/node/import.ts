import { Command } from 'commander';
import { type NodeFlags, openStore, printAnswer, storeOption } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { withFileProgress } from '../../progress-line.ts';
import { formatOption } from '../../value-options.ts';

/** `pullwhy node import PATH…` */
export function nodeImportCommand(): Command {
  return new Command('import')
    .description('bring in what another tool collected: EKS log collector, sosreport, must-gather, a folder, log files')
    .argument('<path...>', 'archive (tar, tar.gz, tar.xz, zip), folder or log file')
    .addOption(storeOption())
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (paths: string[], flags: NodeFlags) => {
      const [{ importBundle }, { statusText }, store] = await Promise.all([
        import('../../../../tasks/node/import.ts'),
        import('../../../../render/node/status.ts'),
        openStore(flags),
      ]);
      for (const path of paths) {
        const info = await withFileProgress('bringing in', (onProgress) => importBundle(path, store, { onProgress }));
        await printAnswer(info, flags, (answer) => statusText(answer, renderOptions(flags)));
      }
    });
}
