import { Command } from 'commander';
import { print, renderOptions } from '../../output.ts';
import { openLibrary, type SopFlags, sopOptions } from '../../sop-flags.ts';

interface Flags extends SopFlags {
  readonly symptom?: string;
  readonly signal?: string;
}

/** `pullwhy sop list [--symptom TEXT] [--signal SIGNAL]` */
export function sopListCommand(): Command {
  const command = new Command('list')
    .description('the procedures, or those that fit what was seen, best first')
    .option('--symptom <text>', 'what is seen, in your words, or a message as it was printed')
    .option(
      '--signal <name>',
      'an alert or a metric: KubePodNotReady, kube_pod_container_status_waiting_reason=ErrImagePull',
    );
  return sopOptions(command).action(async (flags: Flags) => {
    const [{ matchProcedures }, { renderProcedureList }] = await Promise.all([
      import('../../../../sop/match.ts'),
      import('../../../../render/sop-list.ts'),
    ]);
    const { procedures, problems } = await openLibrary(flags);
    const { symptom, signal } = flags;
    const matches = matchProcedures(procedures, {
      ...(symptom === undefined ? {} : { symptom }),
      ...(signal === undefined ? {} : { signal }),
    });
    await print(await renderProcedureList({ procedures: matches, problems }, flags.output, renderOptions(flags)));
  });
}
