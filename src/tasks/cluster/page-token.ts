import { UsageError } from '../../core/usage-error.ts';

/**
 * Where a list goes on, as one opaque word. It belongs to its question: given with another one it would skip objects
 * without a word.
 */
export function pageToken(question: unknown, at: string): string {
  return Buffer.from(JSON.stringify([mark(question), at])).toString('base64url');
}

/** What `pageToken` was made of. Throws `UsageError` for a token of another question, or none of ours. */
export function placeIn(question: unknown, token: string): string {
  const [of, at] = parse(token);
  if (typeof at !== 'string') throw new UsageError('this is no page token: leave pageToken out to begin anew');
  if (of !== mark(question))
    throw new UsageError('the page token belongs to other arguments: repeat those, or leave it out to begin anew');
  return at;
}

/** Short and stable; nothing depends on its being hard to guess. */
function mark(question: unknown): number {
  let hash = 0;
  for (const char of JSON.stringify(question)) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return hash;
}

function parse(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
