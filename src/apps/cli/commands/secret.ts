import { Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import type { LiveFlags } from '../live.ts';
import { print, renderOptions } from '../output.ts';
import { formatOption } from '../value-options.ts';
import { accessOptions } from './cluster-options.ts';

interface Flags extends LiveFlags {
  readonly output: string;
  readonly color: boolean;
  readonly image?: readonly string[];
  readonly from?: readonly string[];
}

/** `pullwhy secret NAMESPACE/NAME` */
export function secretCommand(): Command {
  const command = new Command('secret')
    .description('what the kubelet makes of a pull secret, and which images it serves')
    .argument('<namespace/name>', 'the Secret')
    .option('--image <ref...>', 'images that it is meant for; with --from those of the pods that list it')
    .option('--from <path...>', 'evidence on disk instead of a cluster; - is standard input')
    .option(
      '-n, --namespace <name>',
      'namespace of a Secret that is given by its name alone (with --from: any that has it)',
    );
  return accessOptions(command)
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (word: string, flags: Flags) => {
      const { namespace, name } = parseName(word, flags.namespace);
      const [{ secretFromBundle, secretFromCluster }, { explainSecret }, { renderSecret }] = await Promise.all([
        import('../secret-source.ts'),
        import('../../../tasks/explain-secret.ts'),
        import('../../../render/secret-answer.ts'),
      ]);
      const { secret, images } =
        flags.from === undefined
          ? await secretFromCluster(namespace, name, flags)
          : await secretFromBundle(namespace, name, flags.from);
      const answer = explainSecret(secret, flags.image ?? images, new Date().toISOString());
      await print(await renderSecret(answer, flags.output, renderOptions(flags)));
    });
}

function parseName(
  word: string,
  namespace: string | undefined,
): { readonly namespace?: string; readonly name: string } {
  const parts = word.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '')
    throw new UsageError(`cannot tell which Secret ${word} is: write it as NAMESPACE/NAME`);
  if (second !== undefined) return { namespace: first, name: second };
  return { ...(namespace === undefined ? {} : { namespace }), name: first };
}
