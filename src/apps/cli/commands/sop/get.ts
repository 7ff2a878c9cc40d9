import { Command } from 'commander';
import { print, renderOptions } from '../../output.ts';
import { checkSopFormat, procedureNamed, type SopFlags, sopOptions } from '../../sop-flags.ts';

const FORMATS = ['text', 'json', 'yaml'];

/** `pullwhy sop get ID` */
export function sopGetCommand(): Command {
  const command = new Command('get').description('print a procedure').argument('<id>', 'as sop list shows it');
  return sopOptions(command, FORMATS).action(async (id: string, flags: SopFlags) => {
    checkSopFormat(flags, FORMATS);
    const { renderProcedure } = await import('../../../../render/sop-page.ts');
    const { procedure, origin } = await procedureNamed(id, flags);
    await print(await renderProcedure(procedure, origin, flags.output, renderOptions(flags)));
  });
}
