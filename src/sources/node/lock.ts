import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';
import { PRIVATE_FILE, replaceFile } from './durable.ts';
import { isAlive, type Owner, ownerOf } from './owner.ts';

const LOCK_FILE = 'lock.json';
const CLAIM_FILE = 'claimed';

/** Who works on the collection in this folder; undefined: nobody says so. */
export async function lockOwner(folder: string): Promise<Owner | undefined> {
  return parseOwner(await readText(join(folder, LOCK_FILE)));
}

/** Folders that this process itself writes to: a lock with its own number does not tell one writer from another. */
const held = new Set<string>();

/** Makes this process the only one that writes to the folder; false when another one that lives, or may live, does. */
export async function acquireLock(folder: string): Promise<boolean> {
  if (held.has(folder)) return false;
  held.add(folder);
  const acquired = await takeLock(join(folder, LOCK_FILE)).catch((error: unknown) => {
    held.delete(folder);
    throw error;
  });
  if (!acquired) held.delete(folder);
  return acquired;
}

async function takeLock(path: string): Promise<boolean> {
  const mine = JSON.stringify(ownerOf());
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createWhole(path, mine)) return true;
    const text = await readText(path);
    if (text === mine) return true;
    const owner = parseOwner(text);
    if (owner !== undefined && isAlive(owner) !== false) return false;
    if (!(await removeIfStill(path, text))) return false;
  }
  return false;
}

/** Takes the lock over from the process that keeps it for whoever claims it first. */
export async function claimLock(folder: string): Promise<boolean> {
  if (held.has(folder) || !(await createWhole(join(folder, CLAIM_FILE), String(process.pid)))) return false;
  held.add(folder);
  await handLock(folder, process.pid);
  return true;
}

/** Names another process as the one that works on it: a child that was just started. */
export async function handLock(folder: string, pid: number): Promise<void> {
  await replaceFile(join(folder, LOCK_FILE), JSON.stringify(ownerOf(pid)));
}

export async function releaseLock(folder: string): Promise<void> {
  held.delete(folder);
  await rm(join(folder, LOCK_FILE), { force: true });
}

/** Creates a file with its content at once; false when it is there already. */
export async function createWhole(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: PRIVATE_FILE, flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Two processes may find the same stale lock; only the one that moves it away may go on. */
async function removeIfStill(path: string, text: string | undefined): Promise<boolean> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
  const same = (await readText(aside)) === text;
  if (!same) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return same;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function parseOwner(text: string | undefined): Owner | undefined {
  try {
    const value = JSON.parse(text ?? '') as Partial<Owner> | null;
    if (typeof value?.pid !== 'number' || typeof value.host !== 'string') return undefined;
    const { pid, host, started } = value;
    return { pid, host, ...(typeof started === 'string' ? { started } : {}) };
  } catch {
    return undefined;
  }
}
