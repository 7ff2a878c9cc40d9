import { once } from 'node:events';
import { CollectionStore } from './collection-store.ts';

/**
 * A process that writes a collection and may be killed at any point: `STORE FILES [PAUSE]`. Says each step on its
 * standard output; in the middle of file number PAUSE it waits for its standard input.
 */
const [folder = '', files = '0', pauseAt = ''] = process.argv.slice(2);

const store = new CollectionStore(folder);
const { id, writer } = await store.begin({ origin: 'test', nodes: ['node-a'], token: 'kill' });
say(`begun ${id}`);
if (writer !== undefined) {
  for (let number = 0; number < Number(files); number += 1) {
    const path = `kubelet/${number}.log`;
    if (writer.has(path)) say(`kept ${path}`);
    else {
      await writer.addFile(path, contentOf(number));
      say(`added ${path}`);
    }
  }
  if (pauseAt === 'end') await pause('end');
  await writer.finish('complete');
  say('finished');
}
process.exit(0);

async function* contentOf(number: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`first half of ${number}\n`);
  if (pauseAt === String(number)) await pause(String(number));
  yield Buffer.from(`second half of ${number}\n`);
}

async function pause(where: string): Promise<void> {
  say(`paused ${where}`);
  await once(process.stdin, 'data');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
