import { Command } from 'commander';
import { parseDuration } from '../../duration.ts';
import { EXIT } from '../../failure.ts';
import { type NodeFlags, nodeOptions, openManyForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { numberOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly fixed?: boolean;
  readonly caseSensitive?: boolean;
  readonly logTypes?: readonly string[];
  readonly file?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly context?: number;
  readonly limit?: number;
  readonly page?: string;
  readonly timeout?: string;
  readonly maxBytes?: number;
}

const EXAMPLES = `
Examples:
  pullwhy node search 'no space|disk quota' node-a
  pullwhy node search refused --from logs/ --since 30m
  pullwhy node search -F 'https://registry.acme.example/v2/' node-a -C 3`;

/** `pullwhy node search QUERY [NODE…]` */
export function nodeSearchCommand(): Command {
  const command = new Command('search')
    .description('lines that fit words or a regular expression (RE2), newest first')
    .argument('<query>', 'words, alternatives a|b, or a regular expression');
  return nodeOptions(command, { several: true })
    .option('-F, --fixed', 'the query as it stands: no character is special')
    .option('-s, --case-sensitive', 'tell upper case from lower case')
    .option(
      '--log-types <type...>',
      'kubelet, containerd, crio, docker, runtime, kernel, system, events, networking, …',
    )
    .option('--file <glob...>', 'only files of these paths: kubelet/*.log, **/hosts.toml, or a part of the path')
    .option('--since <time>', 'RFC 3339, or 30m before the newest line of the collection')
    .option('--until <time>', 'the same; without both: all times')
    .addOption(numberOption('-C, --context <n>', 'lines before and after each match', 0))
    .addOption(numberOption('--limit <n>', 'lines on one page (default: 50)'))
    .option('--page <token>', 'go on where the answer before ended')
    .option('--timeout <duration>', 'how long to search; the answer tells what was left out (default: 20s)')
    .addOption(numberOption('--max-bytes <n>', 'how much to search (default: 2147483648)'))
    .addHelpText('after', EXAMPLES)
    .action(async (query: string, nodes: readonly string[], flags: Flags) => {
      const [{ nodeSearch, SEARCH_BUDGET }, { searchText }, bundles] = await Promise.all([
        import('../../../../tasks/node/search.ts'),
        import('../../../../render/node/search.ts'),
        openManyForCommand(nodes, flags),
      ]);
      const { fixed, caseSensitive, logTypes, file, since, until, context, limit, page } = flags;
      const answer = await nodeSearch(bundles, {
        query,
        ...(fixed === true ? { fixed } : {}),
        ...(caseSensitive === true ? { caseSensitive } : {}),
        ...(logTypes === undefined ? {} : { logTypes }),
        ...(file === undefined ? {} : { files: file }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(context === undefined ? {} : { context }),
        ...(limit === undefined ? {} : { limit }),
        ...(page === undefined ? {} : { page }),
        budget: {
          milliseconds: parseDuration('--timeout', flags.timeout) ?? SEARCH_BUDGET.milliseconds,
          bytes: flags.maxBytes ?? SEARCH_BUDGET.bytes,
        },
      });
      await printAnswer(answer, flags, (told) => searchText(told, renderOptions(flags)));
      process.exitCode = answer.coverage.unread.some(({ why }) => why === 'budget') ? EXIT.incomplete : EXIT.ok;
    });
}
