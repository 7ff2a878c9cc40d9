import { editDistance } from '../core/edit-distance.ts';
import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import { matchKeyring } from '../credentials/keyring.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import { readSecret } from './pull-secrets.ts';
import type { SeenOf } from './seen-objects.ts';

export interface OtherSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  /** Its keyring matches the image. */
  readonly matches: boolean;
  readonly relation: 'same-namespace' | 'other-namespace' | 'near-name';
  readonly evidence: EvidenceId;
}

const MAX_LISTED = 20;

/** Secrets of the namespace that would match the image, were they listed. */
export function unattachedSecretsOf(context: CaseContext, facts: Facts): Fact<readonly OtherSecret[]> {
  const { index, subject } = context;
  const { listedSecrets } = facts;
  if (listedSecrets.state !== 'present' || subject.namespace === undefined)
    return unknown('pull secrets that are not attached');
  const inNamespace = index.all('Secret').filter(({ object }) => object.metadata.namespace === subject.namespace);
  const coverage = index.coverageOf('Secret', subject.namespace) ?? index.coverageOf('PullSecret', subject.namespace);
  const found = inNamespace
    .filter(({ object }) => !listedSecrets.value.includes(object.metadata.name))
    .map((seen) => otherSecret(context, facts, seen, 'same-namespace'))
    .filter(({ matches }) => matches)
    .slice(0, MAX_LISTED);
  if (found.length > 0)
    return present(
      found,
      found.map(({ evidence }) => evidence),
    );
  return coverage === undefined
    ? unknown(
        `Secrets of namespace ${subject.namespace}`,
        'not-collected',
        sh`kubectl get secrets -n ${subject.namespace}`,
      )
    : absent([coverage.because]);
}

/** For listed secrets that are missing: the same name elsewhere, or a name like it here. */
export function similarSecretsOf(context: CaseContext, facts: Facts): Fact<readonly OtherSecret[]> {
  const { index, subject } = context;
  const missing = facts.pullSecrets.flatMap(({ name, secret }) => (secret.state === 'absent' ? [name] : []));
  if (missing.length === 0) return unknown('a missing pull secret to compare with');
  const found = index.all('Secret').flatMap((seen) => {
    const { namespace, name } = seen.object.metadata;
    if (namespace !== subject.namespace)
      return missing.includes(name) ? [otherSecret(context, facts, seen, 'other-namespace')] : [];
    return missing.some((wanted) => isNearName(wanted, name)) ? [otherSecret(context, facts, seen, 'near-name')] : [];
  });
  if (found.length > 0)
    return present(
      found.slice(0, MAX_LISTED),
      found.map(({ evidence }) => evidence),
    );
  const coverage = index.coverageOf('Secret', subject.namespace);
  return coverage === undefined
    ? unknown(`Secrets of namespace ${subject.namespace ?? ''}`)
    : absent([coverage.because]);
}

function otherSecret(
  { index }: CaseContext,
  { reference }: Facts,
  seen: SeenOf<'Secret'>,
  relation: OtherSecret['relation'],
): OtherSecret {
  const { namespace, name, type, decoded } = readSecret(index, seen);
  const entries = decoded.usable ? decoded.entries.map(({ host }) => ({ host, secret: name })) : [];
  const image = reference.state === 'present' && reference.value.ok ? reference.value.reference : undefined;
  return {
    namespace,
    name,
    ...(type === undefined ? {} : { type }),
    matches: image !== undefined && matchKeyring(entries, image).candidates.length > 0,
    relation,
    evidence: seen.id,
  };
}

const NAME_PART = /[a-z0-9]{4,}/g;

/** A slip of the finger, or one name inside the other. */
function isNearName(wanted: string, name: string): boolean {
  if (editDistance(wanted, name, 2) <= 2) return true;
  const parts = wanted.match(NAME_PART) ?? [];
  return (
    wanted.length >= 4 && (name.includes(wanted) || wanted.includes(name) || parts.every((part) => name.includes(part)))
  );
}
