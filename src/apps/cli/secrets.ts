import { existsSync } from 'node:fs';
import { didYouMean } from '../../core/nearest.ts';
import type { Secret } from '../../core/objects.ts';
import { UsageError } from '../../core/usage-error.ts';
import { lastWrittenAt } from '../../credentials/token-clock.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import { readCredentialFile } from '../../sources/credential-file.ts';
import type { NamedSecret } from '../../tasks/pull-identities.ts';
import type { LiveFlags } from './live.ts';
import { readStandardInput } from './stdin.ts';

/** `--secret`: files and Secrets of the cluster (`NS/NAME`); with `--from` names of Secrets in that evidence. */
export async function readSecrets(
  words: readonly string[],
  from: readonly string[] | undefined,
  flags: LiveFlags,
): Promise<readonly NamedSecret[]> {
  if (from === undefined) return filesAndCluster(words, flags);
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

/** In the order in which they were given: the kubelet tries them so. */
async function filesAndCluster(words: readonly string[], flags: LiveFlags): Promise<readonly NamedSecret[]> {
  const names = words.filter(isName);
  const live = names.length === 0 ? [] : await fromCluster(names, flags);
  const groups = await Promise.all(
    words.map((word) =>
      isName(word) ? live.slice(names.indexOf(word), names.indexOf(word) + 1) : readCredentialFile(word),
    ),
  );
  return groups.flat();
}

async function fromCluster(names: readonly string[], flags: LiveFlags): Promise<readonly NamedSecret[]> {
  const { secretsFromCluster } = await import('./secret-source.ts');
  return (await secretsFromCluster(names, flags)).map(namedSecret);
}

/** A file of that path wins: it is what the user sees before him. */
function isName(word: string): boolean {
  return /^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/.test(word) && !existsSync(word);
}

/** All Secrets in evidence on disk. */
export async function secretsOf(from: readonly string[]): Promise<readonly NamedSecret[]> {
  const snapshot = await readBundle(from, { stdin: readStandardInput });
  return snapshot.objects.flatMap(({ object }) => (object.kind === 'Secret' ? [namedSecret(object)] : []));
}

function namedSecret({ metadata, type, data }: Secret): NamedSecret {
  const name = `Secret ${metadata.namespace ?? 'default'}/${metadata.name}`;
  const writtenAt = lastWrittenAt(metadata);
  return { name, secret: { type, data, ...(writtenAt === undefined ? {} : { writtenAt }) } };
}
