import { Command } from 'commander';
import { print, renderOptions } from '../output.ts';
import { formatOption } from '../value-options.ts';

/** `pullwhy causes [-o json]` */
export function causesCommand(): Command {
  return new Command('causes')
    .description('every cause that pullwhy knows, in the order of the pull chain')
    .addOption(formatOption())
    .action(async ({ output }: { output: string }) => {
      const [{ CAUSES }, { renderCauses }] = await Promise.all([
        import('../../../causes/index.gen.ts'),
        import('../../../render/cause-list.ts'),
      ]);
      await print(await renderCauses(CAUSES, output, renderOptions({ output, color: false })));
    });
}
