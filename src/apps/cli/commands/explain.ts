import { Command } from 'commander';
import { didYouMean } from '../../../core/nearest.ts';
import { UsageError } from '../../../core/usage-error.ts';
import { print, terminalWidth } from '../output.ts';

/** `pullwhy explain CAUSE` */
export function explainCommand(): Command {
  return new Command('explain')
    .description('what a cause means, what proves it, how to mend it')
    .argument('<cause>', 'an id from `pullwhy causes`')
    .action(async (id: string) => {
      const [{ CAUSES }, { causePage }, { wrapPage }] = await Promise.all([
        import('../../../causes/index.gen.ts'),
        import('../../../render/cause-page.ts'),
        import('../../../render/wrap-page.ts'),
      ]);
      const ids = CAUSES.map((c) => c.id);
      const cause = CAUSES.find((c) => c.id === id);
      if (cause === undefined) {
        throw new UsageError(`no cause ${id}${didYouMean(id, ids)}: pullwhy causes lists them`);
      }
      const page = causePage(cause);
      await print(process.stdout.isTTY ? wrapPage(page, terminalWidth(process.stdout)) : page);
    });
}
