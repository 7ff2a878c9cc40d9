import { Command } from 'commander';
import { print } from '../output.ts';

/** `pullwhy causes [-o json]` */
export function causesCommand(): Command {
  return new Command('causes')
    .description('every cause that pullwhy knows, in the order of the pull chain')
    .option('-o, --output <format>', 'text, json', 'text')
    .action(async ({ output }: { output: string }) => {
      const [{ CAUSES }, { causeTable, causeList }] = await Promise.all([
        import('../../../causes/index.gen.ts'),
        import('../../../render/cause-list.ts'),
      ]);
      await print(output === 'json' ? JSON.stringify(causeList(CAUSES), null, 2) : causeTable(CAUSES));
    });
}
