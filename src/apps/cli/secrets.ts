import { UsageError } from '../../core/usage-error.ts';
import { lastWrittenAt } from '../../credentials/token-clock.ts';
import type { NamedSecret } from '../../pull-identities.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import { readCredentialFile } from '../../sources/credential-file.ts';
import { didYouMean } from './nearest.ts';
import { readStandardInput } from './stdin.ts';

/** `--secret`: files, or with `--from` also the names of Secrets in that evidence (`NS/NAME`). */
export async function readSecrets(
  words: readonly string[],
  from: readonly string[] | undefined,
): Promise<readonly NamedSecret[]> {
  if (from === undefined) return (await Promise.all(words.map(readCredentialFile))).flat();
  const known = await secretsOf(from);
  return words.map((word) => {
    const found = known.find(({ name }) => name === `Secret ${word}`);
    if (found !== undefined) return found;
    const names = known.map(({ name }) => name.slice('Secret '.length));
    throw new UsageError(
      `no Secret ${word} in ${from.join(', ')}${didYouMean(word, names)}: name it as NAMESPACE/NAME`,
    );
  });
}

/** All Secrets in evidence on disk. */
export async function secretsOf(from: readonly string[]): Promise<readonly NamedSecret[]> {
  const snapshot = await readBundle(from, { stdin: readStandardInput });
  return snapshot.objects.flatMap(({ object }) => {
    if (object.kind !== 'Secret') return [];
    const { metadata, type, data } = object;
    const name = `Secret ${metadata.namespace ?? 'default'}/${metadata.name}`;
    const writtenAt = lastWrittenAt(metadata);
    return [{ name, secret: { type, data, ...(writtenAt === undefined ? {} : { writtenAt }) } }];
  });
}
