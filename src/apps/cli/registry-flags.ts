import type { Command } from 'commander';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Subject } from '../../facts/facts.ts';

/** Flags of commands that may ask registries. Without `--registry` only those of the cluster are asked, through the API server. */
export interface RegistryFlags {
  readonly registry?: boolean;
  readonly allowPrivateRegistries?: boolean;
  readonly caFile?: string;
}

export function registryOptions(command: Command): Command {
  return command
    .option('--registry', 'also ask the registries from here, with the credentials that the kubelet would offer')
    .option(
      '--no-registry',
      'no request to any registry, not even through the API server to one that runs in the cluster',
    )
    .option('--allow-private-registries', 'with --registry: also at private, loopback and link-local addresses')
    .option('--ca-file <file>', 'with --registry: PEM file of an authority to trust beside those of the system');
}

/** Adds what the registries answer, when the user wants them asked. */
export async function askRegistries(
  snapshot: Snapshot,
  flags: RegistryFlags,
  select: (subject: Subject) => boolean,
): Promise<Snapshot> {
  if (flags.registry !== true) return snapshot;
  const { probeCases } = await import('../../tasks/diagnose/probe-cases.ts');
  return probeCases(snapshot, {
    select,
    allowPrivate: flags.allowPrivateRegistries === true,
    ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
    onProbe: showProgress,
  });
}

/** One line that overwrites itself, on a terminal only. */
export function showProgress(image: string, number: number, all: number): void {
  if (process.stderr.isTTY !== true) return;
  const line = `asking registries: ${number} of ${all}: ${image}`.slice(0, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r\u001b[K${number === all ? '' : line}`);
}
