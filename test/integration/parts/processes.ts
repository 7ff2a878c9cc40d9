import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const children: ChildProcess[] = [];
const START_MS = 15_000;

/** Starts a program and waits until `ready` holds. Its output goes to a file. */
export async function start(
  program: string,
  args: readonly string[],
  log: string,
  ready: () => Promise<boolean>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  children.push(child);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  for (const end = Date.now() + START_MS; Date.now() < end && !ended; await pause(50)) if (await ready()) return;
  throw new Error(`${program} does not start`);
}

/** Ends every program that was started. */
export function stopAll(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

export function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
