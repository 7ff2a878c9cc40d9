import { spawn } from 'node:child_process';

/** Starts a program that goes on when this one ends; its number, once it runs. */
export async function spawnDetached(
  command: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(command, args, { detached: true, stdio: 'ignore', ...(env === undefined ? {} : { env }) });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return child.pid;
}
