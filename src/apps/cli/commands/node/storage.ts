import { Command } from 'commander';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';

/** `pullwhy node storage` */
export function nodeStorageCommand(): Command {
  const command = new Command('storage').description(
    'room for images: bytes, inodes, read-only mounts, image garbage collection',
  );
  return nodeOptions(command)
    .option('-v, --verbose', 'every line that was found')
    .action(async (node: string | undefined, flags: NodeFlags) => {
      const bundle = await openForCommand(node, flags);
      const [{ nodeStorage }, { renderStorage }] = await Promise.all([
        import('../../../../tasks/node/storage.ts'),
        import('../../../../render/node/storage.ts'),
      ]);
      const answer = await nodeStorage(bundle, { now: new Date().toISOString() });
      await printAnswer(answer, flags, (value) => renderStorage(value, renderOptions(flags)));
    });
}
