import { createInterface } from 'node:readline/promises';
import type { CollectorName, CollectPlan } from '../../core/node/collect-answer.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CollectFlags } from './node-collect.ts';

/** Nothing is changed anywhere unless somebody said yes. */
export async function confirm({ by, nodes, steps }: CollectPlan, namespace: string): Promise<void> {
  const where = by === 'debug-pod' ? ` in namespace ${namespace}` : '';
  const what = `--by ${by} changes something on ${nodes.length} node(s)${where}: ${steps.join('; ')}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new UsageError(`${what}; say --yes if that is wanted`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what}.\nGo on? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError('nothing was done');
  } finally {
    terminal.close();
  }
}

/** The same question for one node, to a process of its own. What needed a yes has one by now. */
export function backgroundArgs(
  node: string,
  by: CollectorName,
  token: string,
  flags: CollectFlags,
  folder: string,
): readonly string[] {
  const values: Readonly<Record<string, string | undefined>> = {
    '--by': by,
    '--token': token,
    '--store': folder,
    '--root': flags.root,
    '--since': flags.since,
    '--namespace': flags.namespace,
    '--image': flags.image,
    '--bucket': flags.bucket,
    '--region': flags.region,
    '--context': flags.context,
    '--kubeconfig': flags.kubeconfig,
    '--as': flags.as,
    '--request-timeout': flags.requestTimeout,
  };
  return [
    'node',
    'collect',
    ...Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`])),
    ...(flags.asGroup ?? []).map((group) => `--as-group=${group}`),
    '--yes',
    '--',
    node,
  ];
}
