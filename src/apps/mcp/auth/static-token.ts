import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../core/usage-error.ts';
import { type Authenticate, bearerToken } from './caller.ts';

/** Fewer characters can be guessed. */
const MIN_CHARS = 16;

/** The one token of a file. It is read anew at each request, so that it can be changed without a restart. */
export async function staticToken(file: string): Promise<Authenticate> {
  await readToken(file);
  return async (authorization) => {
    const given = bearerToken(authorization);
    const wanted = await readToken(file).catch(() => undefined);
    return given !== undefined && wanted !== undefined && isSame(given, wanted) ? { id: 'token' } : undefined;
  };
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--token-file ${file}: cannot be read (${error.code ?? 'no reason given'})`);
  });
  const token = text.trim();
  if (token.length < MIN_CHARS || /\s/.test(token))
    throw new UsageError(`--token-file ${file}: it must hold one token of at least ${MIN_CHARS} characters`);
  return token;
}

/** Takes as long for every wrong token. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
