import { Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import { parseDuration } from '../duration.ts';
import type { LiveFlags } from '../live.ts';
import { print, renderOptions } from '../output.ts';
import { checkPlatform } from '../platform.ts';
import { formatOption } from '../value-options.ts';
import { accessOptions } from './cluster-options.ts';

interface Flags extends LiveFlags {
  readonly output: string;
  readonly color: boolean;
  readonly verbose?: boolean;
  readonly secret?: readonly string[];
  readonly from?: readonly string[];
  readonly platform?: string;
  readonly headOnly?: boolean;
  readonly verify?: boolean;
  readonly timeout?: string;
}

/** `pullwhy image REF…` */
export function imageCommand(): Command {
  const command = new Command('image')
    .description('ask the registry for an image as a pull would, stage by stage')
    .argument('<ref...>', 'image references as a pod would write them')
    .option(
      '--secret <file|namespace/name...>',
      'log in as the kubelet would with: a docker config, a Secret as kubectl prints it, or one of the cluster',
    )
    .option('--from <path...>', 'take --secret NAMESPACE/NAME out of this evidence')
    .option('--platform <os/arch>', 'the platform of the node: linux/arm64')
    .option('--head-only', 'only whether it is there: no registry counts that as a pull (Docker Hub counts the rest)')
    .option('--verify', 'also read every layer whole and compare it with its digest (with a --timeout for its size)')
    .option('--ca-file <file>', 'PEM file of an authority to trust beside those of the system')
    .option('--timeout <duration>', 'longest time for one image', '30s');
  return accessOptions(command)
    .option('--no-registry', 'send nothing: only look at the reference and the secrets')
    .addOption(formatOption())
    .option('-v, --verbose', 'every request and certificate as well')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (references: string[], flags: Flags) => {
      checkFlags(flags);
      const [{ probeImage }, { renderImages }, { readSecrets }] = await Promise.all([
        import('../../../tasks/probe-image.ts'),
        import('../../../render/image-answer.ts'),
        import('../secrets.ts'),
      ]);
      const secrets = flags.secret === undefined ? undefined : await readSecrets(flags.secret, flags.from, flags);
      const totalMs = parseDuration('--timeout', flags.timeout);
      const answers = [];
      for (const reference of references) {
        answers.push(
          await probeImage(reference, {
            userNamed: true,
            registry: flags.registry !== false,
            content: flags.headOnly !== true,
            verify: flags.verify === true,
            ...(secrets === undefined ? {} : { secrets }),
            ...(flags.platform === undefined ? {} : { platform: flags.platform }),
            ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
            ...(totalMs === undefined || totalMs === 0 ? {} : { limits: { totalMs } }),
          }),
        );
      }
      const options = { ...renderOptions({ ...flags }), now: new Date().toISOString() };
      await print(await renderImages(answers, flags.output, options));
    });
}

function checkFlags({ platform, secret, from, headOnly, verify }: Flags): void {
  if (headOnly === true && verify === true)
    throw new UsageError('--head-only reads no layer and --verify reads all: give one of them');
  if (platform !== undefined) checkPlatform(platform);
  if (from !== undefined && secret === undefined)
    throw new UsageError('--from gives the evidence for --secret NAMESPACE/NAME: name the secret too');
}
