import { Command } from 'commander';
import { NETWORK_SECTIONS } from '../../../../core/node/network-answer.ts';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { offeringOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly sections?: readonly string[];
  readonly image?: readonly string[];
  readonly host?: readonly string[];
}

/** `pullwhy node network` */
export function nodeNetworkCommand(): Command {
  const command = new Command('network').description(
    'the way from the node to the registries: DNS, proxy, mirrors, routes, MTU, connection tracking, metadata, clock',
  );
  return nodeOptions(command)
    .addOption(offeringOption('--sections <name...>', `only these: ${NETWORK_SECTIONS.join(', ')}`, NETWORK_SECTIONS))
    .option('--image <ref...>', 'follow these images instead of those that failed in the logs')
    .option('--host <host...>', 'the same for a registry, whatever the image')
    .option('-v, --verbose', 'every line and every image')
    .action(async (node: string | undefined, flags: Flags) => {
      const bundle = await openForCommand(node, flags);
      const [{ nodeNetwork }, { renderNetwork }] = await Promise.all([
        import('../../../../tasks/node/network.ts'),
        import('../../../../render/node/network.ts'),
      ]);
      const answer = await nodeNetwork(bundle, {
        now: new Date().toISOString(),
        ...(flags.sections === undefined ? {} : { sections: flags.sections }),
        ...(flags.image === undefined ? {} : { images: flags.image }),
        ...(flags.host === undefined ? {} : { hosts: flags.host }),
      });
      await printAnswer(answer, flags, (value) => renderNetwork(value, renderOptions(flags)));
    });
}
