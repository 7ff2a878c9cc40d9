import { Command } from 'commander';
import { print, renderOptions } from '../../output.ts';
import { procedureNamed, type SopFlags, sopOptions } from '../../sop-flags.ts';

/** `pullwhy sop get ID` */
export function sopGetCommand(): Command {
  const command = new Command('get').description('print a procedure').argument('<id>', 'as sop list shows it');
  return sopOptions(command).action(async (id: string, flags: SopFlags) => {
    const { renderProcedure } = await import('../../../../render/sop-page.ts');
    const { procedure, origin } = await procedureNamed(id, flags);
    await print(await renderProcedure(procedure, origin, flags.output, renderOptions(flags)));
  });
}
