import { Command } from 'commander';
import { didYouMean } from '../../../core/nearest.ts';
import { UsageError } from '../../../core/usage-error.ts';
import { print, renderOptions } from '../output.ts';

/** `pullwhy explain CAUSE` */
export function explainCommand(): Command {
  return new Command('explain')
    .description('what a cause means, what proves it, how to mend it')
    .argument('<cause>', 'an id from `pullwhy causes`')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (id: string, flags: { readonly color: boolean }) => {
      const [{ CAUSES }, { causePage }, { pageText }] = await Promise.all([
        import('../../../causes/index.gen.ts'),
        import('../../../render/cause-page.ts'),
        import('../../../render/page-text.ts'),
      ]);
      const ids = CAUSES.map((c) => c.id);
      const cause = CAUSES.find((c) => c.id === id);
      if (cause === undefined) {
        throw new UsageError(
          `no cause ${id}${didYouMean(id, ids)}: pullwhy causes lists them; for a message, pullwhy decode 'TEXT'`,
        );
      }
      const page = causePage(cause);
      await print(process.stdout.isTTY ? pageText(page, renderOptions({ ...flags, output: 'text' })) : page);
    });
}
