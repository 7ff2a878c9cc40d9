import type { Secret } from '../core/objects.ts';
import { excerpt } from '../core/redact.ts';
import type { SecretAnswer, SecretEntry, SecretImage } from '../core/secret-answer.ts';
import { placeholder, sh } from '../core/shell.ts';
import { type AuthEntry, type DecodedPullSecret, decodePullSecret } from '../credentials/docker-config.ts';
import { matchKeyring } from '../credentials/keyring.ts';
import { DOCKER_HUB_ENTRY, explainMismatch } from '../credentials/mismatch.ts';
import { expiredAt, lastWrittenAt } from '../credentials/token-clock.ts';
import { parseReference } from '../image/reference.ts';

/** The type can never be changed in place (apis/core/validation, 1.36). */
const WRONG_TYPE = 'the type of a Secret cannot be changed, so it is deleted first';

/** What the kubelet makes of a pull secret, what it serves, and how to write it right. Pure. */
export function explainSecret(secret: Secret, images: readonly string[], now: string): SecretAnswer {
  const { metadata, type, data } = secret;
  const decoded = decodePullSecret({ type, data, writtenAt: lastWrittenAt(metadata) });
  const namespace = metadata.namespace ?? 'default';
  const explained = images.map((image) => imageOf(image, decoded));
  const fix = fixOf(namespace, metadata.name, decoded, explained);
  return {
    apiVersion: 'pullwhy/v1',
    kind: 'PullSecret',
    namespace,
    name: metadata.name,
    ...(type === undefined ? {} : { type: excerpt(type, 200) }),
    usable: decoded.usable,
    ...problemOf(decoded),
    entries: decoded.entries.map((entry) => entryOf(entry, now)),
    images: explained,
    ...(fix === undefined ? {} : { fix }),
  };
}

function problemOf({ problem }: DecodedPullSecret): Pick<SecretAnswer, 'problem'> {
  if (problem === undefined) return {};
  const { note, kubeletText, breaksPod } = problem;
  const text = kubeletText === undefined ? {} : { kubeletText: excerpt(kubeletText) };
  return { problem: { note: excerpt(note), breaksPod, ...text } };
}

function entryOf({ host, user, userKind, expiry, hints, ignoredFields }: AuthEntry, now: string): SecretEntry {
  const expired = expiry === undefined ? undefined : expiredAt(expiry, now);
  return {
    host: excerpt(host),
    ...(user === undefined ? {} : { user }),
    userKind,
    ...(expiry?.expiresAt === undefined ? {} : { expiresAt: expiry.expiresAt }),
    ...(expired === undefined ? {} : { expired }),
    hints: [...hints, ...ignoredFields.map((field) => `${field} is not read by the kubelet`)],
  };
}

function imageOf(image: string, { usable, entries }: DecodedPullSecret): SecretImage {
  const parsed = parseReference(image);
  const shown = excerpt(image);
  if (!parsed.ok) return { image: shown, offered: [], unused: [], problem: parsed.error.hint };
  const keyed = entries.map(({ host }) => ({ host, secret: '' }));
  const { candidates } = matchKeyring(usable ? keyed : [], parsed.reference);
  const matched = new Set(candidates.map(({ entry }) => entry));
  const unused = keyed.flatMap((entry) => {
    const mismatch = matched.has(entry) ? undefined : explainMismatch(entry.host, parsed.reference);
    if (mismatch === undefined) return [];
    const { text, wouldMatch } = mismatch;
    return [{ host: excerpt(entry.host), why: excerpt(text), ...(wouldMatch === undefined ? {} : { wouldMatch }) }];
  });
  return { image: shown, offered: candidates.map(({ entry }) => excerpt(entry.host)), unused };
}

/** Only where something is wrong with the secret itself or with its match for an image. */
function fixOf(
  namespace: string,
  name: string,
  { usable, problem, entries }: DecodedPullSecret,
  images: readonly SecretImage[],
): SecretAnswer['fix'] {
  const unserved = images.find((image) => image.offered.length === 0 && image.problem === undefined);
  const hinted = entries.find(({ hints }) => hints.length > 0);
  const withheld = problem?.kind === 'data-withheld';
  if ((usable || withheld) && unserved === undefined && hinted === undefined) return undefined;
  const served = images.some((image) => image.offered.length > 0);
  const server = unserved?.unused[0]?.wouldMatch ?? (unserved === undefined ? undefined : hostOf(unserved.image));
  const entry = hinted ?? entries[0];
  const create = sh`kubectl -n ${namespace} create secret docker-registry ${name} --docker-server=${server ?? serverOf(entry)} --docker-username=${entry?.user ?? placeholder('user')} --docker-password=${placeholder('password')}`;
  if (unserved !== undefined && served) return secondSecret(namespace, server);
  const wrongType = problem?.kind === 'wrong-type' || problem?.kind === 'wrong-key';
  const commands = wrongType
    ? [sh`kubectl -n ${namespace} delete secret ${name}`, create]
    : [`${create} --dry-run=client -o yaml | ${sh`kubectl -n ${namespace} apply -f -`}`];
  const replaced = entries.length > 1 ? `; its other ${entries.length - 1} entries are lost by that` : '';
  return { commands, note: `${wrongType ? WRONG_TYPE : 'write the secret anew'}${replaced}` };
}

/** What serves one image must stay for it; the other image gets a secret of its own. */
function secondSecret(namespace: string, server: string | undefined): SecretAnswer['fix'] {
  const create = sh`kubectl -n ${namespace} create secret docker-registry ${placeholder('second secret')} --docker-server=${server ?? placeholder('registry')} --docker-username=${placeholder('user')} --docker-password=${placeholder('password')}`;
  return { commands: [create], note: 'write a second secret and list both: this one serves another image' };
}

/** The key that serves an image which no entry comes near. */
function hostOf(image: string): string | undefined {
  const parsed = parseReference(image);
  if (!parsed.ok || parsed.reference.domain === '') return undefined;
  return parsed.reference.domain === 'docker.io' ? DOCKER_HUB_ENTRY : parsed.reference.domain;
}

function serverOf(entry: AuthEntry | undefined) {
  if (entry === undefined) return placeholder('registry');
  const isHub = /(?:^|\.)docker\.(?:io|com)$/.test((entry.key ?? '').split('/')[0] ?? '');
  return isHub ? DOCKER_HUB_ENTRY : entry.host;
}
