import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type CollectionInfo, type CollectionProgress, isSettled } from '../../core/node/status.ts';
import { type CollectionRecord, readRecord, type Totals } from './collection-record.ts';
import { readJournal } from './journal.ts';
import { lockOwner } from './lock.ts';
import { isAlive } from './owner.ts';

const PROGRESS: z.ZodType<CollectionProgress> = z.object({
  doing: z.string(),
  done: z.number().exactOptional(),
  total: z.number().exactOptional(),
});

/** What the folder of a collection tells without its files being read. */
export async function readInfo(folder: string, record: CollectionRecord): Promise<CollectionInfo> {
  const progress = isSettled(record.state) ? undefined : await readProgress(folder);
  const { version, token, totals, finishedAt, collectedAt, source, problem, ...rest } = record;
  return {
    ...rest,
    ...(totals ?? (await totalsSoFar(folder))),
    state: await stateOf(folder, record),
    updatedAt: await changedAt(folder, record),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(collectedAt === undefined ? {} : { collectedAt }),
    ...(source === undefined ? {} : { source }),
    ...(problem === undefined ? {} : { problem }),
    ...(progress === undefined ? {} : { progress }),
  };
}

/** A record that says `running` was left behind when its process is gone. */
async function stateOf(folder: string, { state }: CollectionRecord): Promise<CollectionInfo['state']> {
  if (isSettled(state)) return state;
  const owner = await lockOwner(folder);
  if (owner !== undefined && isAlive(owner) !== false) return state;
  // It may have finished between the two looks.
  const again = (await readRecord(folder))?.state;
  return again !== undefined && isSettled(again) ? again : 'interrupted';
}

async function totalsSoFar(folder: string): Promise<Totals> {
  const { files, gaps } = await readJournal(folder);
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), gaps };
}

async function readProgress(folder: string): Promise<CollectionProgress | undefined> {
  try {
    return PROGRESS.parse(JSON.parse(await readFile(join(folder, 'progress.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

async function changedAt(folder: string, record: CollectionRecord): Promise<string> {
  if (record.finishedAt !== undefined) return record.finishedAt;
  const times = await Promise.all(
    ['record.json', 'journal.jsonl', 'progress.json'].map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return new Date(Math.max(Date.parse(record.startedAt), ...times)).toISOString();
}

/** Journals print the short host name where the node is registered with its domain. */
export function namesNode({ nodes, instances }: CollectionInfo, name: string): boolean {
  return instances.includes(name) || nodes.some((node) => node === name || node.startsWith(`${name}.`));
}
