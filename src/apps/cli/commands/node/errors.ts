import { Command } from 'commander';
import { SEVERITIES, type Severity } from '../../../../core/cause.ts';
import { UsageError } from '../../../../core/usage-error.ts';
import { EXIT } from '../../failure.ts';
import { checkFormat, type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';

interface Flags extends NodeFlags {
  readonly severity?: string;
  readonly pattern?: string;
  readonly hideUsual?: boolean;
  readonly limit?: string;
  readonly page?: string;
}

/** `pullwhy node errors [NODE]` */
export function nodeErrorsCommand(): Command {
  return nodeOptions(
    new Command('errors').description('what the logs of a node tell of themselves, newest and worst first'),
  )
    .option('--severity <severity>', 'this severity and what is worse: critical, high, medium, low, info')
    .option('--pattern <name>', 'one pattern (no-space) or one cause (disk-full)')
    .option('--hide-usual', 'without what healthy nodes log as well')
    .option('--limit <n>', 'findings on one page (default: 50)')
    .option('--page <token>', 'go on where the answer before ended')
    .action(async (node: string | undefined, flags: Flags) => {
      checkFormat(flags);
      const [{ nodeErrors }, { errorsText }, bundle] = await Promise.all([
        import('../../../../tasks/node/errors.ts'),
        import('../../../../render/node/errors.ts'),
        openForCommand(node, flags),
      ]);
      const severity = severityOf(flags.severity);
      const answer = await nodeErrors(bundle, {
        ...(severity === undefined ? {} : { severity }),
        ...(flags.pattern === undefined ? {} : { pattern: flags.pattern }),
        ...(flags.hideUsual === true ? { hideUsual: true } : {}),
        ...(flags.limit === undefined ? {} : { limit: Number(flags.limit) }),
        ...(flags.page === undefined ? {} : { page: flags.page }),
      });
      await printAnswer(answer, flags, (told) => errorsText(told, renderOptions(flags)));
      process.exitCode = answer.coverage.unread.some(({ why }) => why === 'budget') ? EXIT.incomplete : EXIT.ok;
    });
}

function severityOf(name: string | undefined): Severity | undefined {
  if (name === undefined) return undefined;
  const found = SEVERITIES.find((severity) => severity === name);
  if (found === undefined) throw new UsageError(`no severity ${name}: use one of ${SEVERITIES.join(', ')}`);
  return found;
}
