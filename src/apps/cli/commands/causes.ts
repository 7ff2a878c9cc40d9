import { Command } from 'commander';
import { checkFormat } from '../node-bundle.ts';
import { print, renderOptions } from '../output.ts';

/** `pullwhy causes [-o json]` */
export function causesCommand(): Command {
  return new Command('causes')
    .description('every cause that pullwhy knows, in the order of the pull chain')
    .option('-o, --output <format>', 'text, json, yaml', 'text')
    .action(async ({ output }: { output: string }) => {
      checkFormat({ output });
      const [{ CAUSES }, { renderCauses }] = await Promise.all([
        import('../../../causes/index.gen.ts'),
        import('../../../render/cause-list.ts'),
      ]);
      await print(await renderCauses(CAUSES, output, renderOptions({ output, color: false })));
    });
}
