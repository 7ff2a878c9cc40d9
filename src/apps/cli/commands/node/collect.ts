import { Command } from 'commander';
import { COLLECTORS } from '../../../../core/node/collect-answer.ts';
import { storeOption } from '../../node-bundle.ts';
import type { CollectFlags } from '../../node-collect.ts';
import { choiceOption, formatOption, numberOption } from '../../value-options.ts';
import { accessOptions } from '../cluster-options.ts';

const EXAMPLES = `
Examples:
  pullwhy node collect node-a --since 2h
  pullwhy node collect --sample 2        a failing and a healthy one
  pullwhy node collect node-a --dry-run  which rights it needs`;

/** `pullwhy node collect NODE…` */
export function nodeCollectCommand(): Command {
  const command = new Command('collect')
    .description(
      'collect the evidence of nodes: logs, disk, configuration, name resolution; reads only, unless it asks',
    )
    .argument('[node...]', 'node name or EC2 instance id')
    .addOption(
      choiceOption(
        '--by <way>',
        'the way to the node; debug-pod and ssm change something and ask before',
        'way to a node',
        COLLECTORS,
      ),
    )
    .option('--local', 'this machine is the node: --by local')
    .option('--root <dir>', 'with --local: the file system of a node, mounted here')
    .option('--since <duration>', 'log lines of this time: 2h, 90m', '24h')
    .option('--all', 'all nodes')
    .option('-l, --selector <labels>', 'nodes with these labels')
    .option('--failing-first', 'nodes with stuck pods first (always with --sample)')
    .addOption(
      numberOption(
        '--sample <n>',
        'at most so many nodes: failing ones, and of two or more one healthy to compare with',
      ),
    )
    .addOption(numberOption('--width <n>', 'nodes at once').default(4))
    .option(
      '--token <text>',
      'the same token means the same collection: it is made once, and resumed when it broke off',
    )
    .option('--resume <id>', 'go on with a collection that was interrupted, cancelled or failed')
    .option('--background', 'answer at once; pullwhy node status tells how far it got')
    .option('--dry-run', 'only say what would be asked, and which rights it needs')
    .option('--yes', 'do not ask before debug-pod or ssm')
    .option('-n, --namespace <name>', 'with debug-pod: where the pod is made', 'kube-system')
    .option('--image <image>', 'with debug-pod: an image on the node that holds a shell')
    .option('--bucket <name>', 'with ssm: the S3 bucket that the archive goes through')
    .option('--region <name>', "with ssm: the AWS region (else the node's, AWS_REGION)");
  return accessOptions(command)
    .addOption(storeOption())
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .addHelpText('after', EXAMPLES)
    .action(async (nodes: string[], flags: CollectFlags) => {
      const { runCollect } = await import('../../node-collect.ts');
      process.exitCode = await runCollect(nodes, flags);
    });
}
