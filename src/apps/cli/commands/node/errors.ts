import { Command } from 'commander';
import { SEVERITIES, type Severity } from '../../../../core/cause.ts';
import { EXIT } from '../../failure.ts';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { choiceOption, numberOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly severity?: Severity;
  readonly pattern?: string;
  readonly hideUsual?: boolean;
  readonly limit?: number;
  readonly page?: string;
}

/** `pullwhy node errors [NODE]` */
export function nodeErrorsCommand(): Command {
  return nodeOptions(
    new Command('errors').description('what the logs of a node tell of themselves, newest and worst first'),
  )
    .addOption(
      choiceOption(
        '--severity <severity>',
        `this severity and what is worse: ${SEVERITIES.join(', ')}`,
        'severity',
        SEVERITIES,
      ),
    )
    .option('--pattern <name>', 'one pattern (no-space) or one cause (disk-full)')
    .option('--hide-usual', 'without what healthy nodes log as well')
    .addOption(numberOption('--limit <n>', 'findings on one page (default: 50)'))
    .option('--page <token>', 'go on where the answer before ended')
    .action(async (node: string | undefined, flags: Flags) => {
      const [{ nodeErrors }, { errorsText }, bundle] = await Promise.all([
        import('../../../../tasks/node/errors.ts'),
        import('../../../../render/node/errors.ts'),
        openForCommand(node, flags),
      ]);
      const answer = await nodeErrors(bundle, {
        ...(flags.severity === undefined ? {} : { severity: flags.severity }),
        ...(flags.pattern === undefined ? {} : { pattern: flags.pattern }),
        ...(flags.hideUsual === true ? { hideUsual: true } : {}),
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        ...(flags.page === undefined ? {} : { page: flags.page }),
      });
      await printAnswer(answer, flags, (told) => errorsText(told, renderOptions(flags)));
      process.exitCode = answer.coverage.unread.some(({ why }) => why === 'budget') ? EXIT.incomplete : EXIT.ok;
    });
}
