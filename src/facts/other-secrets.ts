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
  const coverage = index.coverageOf('Secret', subject.namespace) ?? index.coverageOf('PullSecret', subject.namespace);
  const listed = new Set(listedSecrets.value);
  const found = matchingSecrets(context, facts, subject.namespace)
    .filter(({ name }) => !listed.has(name))
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

/** Those of a namespace whose keyring matches the image; many pods of a namespace ask for the same. */
function matchingSecrets(context: CaseContext, facts: Facts, namespace: string): readonly OtherSecret[] {
  const { index } = context;
  const image = imageOf(facts);
  if (image === undefined) return [];
  return index.once(`secrets of ${namespace} for ${image.domain}/${image.path}`, () =>
    index
      .all('Secret')
      .filter(({ object }) => object.metadata.namespace === namespace)
      .map((seen) => otherSecret(context, facts, seen, 'same-namespace'))
      .filter(({ matches }) => matches),
  );
}

/** For listed secrets that are missing: the same name elsewhere, or a name like it here. */
export function similarSecretsOf(context: CaseContext, facts: Facts): Fact<readonly OtherSecret[]> {
  const { index, subject } = context;
  const missing = facts.pullSecrets.flatMap(({ name, secret }) => (secret.state === 'absent' ? [name] : []));
  if (missing.length === 0) return unknown('a missing pull secret to compare with');
  const found: OtherSecret[] = [];
  for (const seen of index.all('Secret')) {
    const relation = relationOf(seen, subject.namespace, missing);
    if (relation !== undefined) found.push(otherSecret(context, facts, seen, relation));
    if (found.length === MAX_LISTED) break;
  }
  if (found.length > 0)
    return present(
      found,
      found.map(({ evidence }) => evidence),
    );
  const coverage = index.coverageOf('Secret', subject.namespace);
  return coverage === undefined
    ? unknown(`Secrets of namespace ${subject.namespace ?? ''}`)
    : absent([coverage.because]);
}

function relationOf(
  { object: { metadata } }: SeenOf<'Secret'>,
  namespace: string | undefined,
  missing: readonly string[],
): OtherSecret['relation'] | undefined {
  if (metadata.namespace !== namespace) return missing.includes(metadata.name) ? 'other-namespace' : undefined;
  return missing.slice(0, MAX_LISTED).some((wanted) => isNearName(wanted, metadata.name)) ? 'near-name' : undefined;
}

function imageOf({ reference }: Facts) {
  return reference.state === 'present' && reference.value.ok ? reference.value.reference : undefined;
}

function otherSecret(
  { index }: CaseContext,
  facts: Facts,
  seen: SeenOf<'Secret'>,
  relation: OtherSecret['relation'],
): OtherSecret {
  const { namespace, name, type, decoded } = readSecret(index, seen);
  const entries = decoded.usable ? decoded.entries.map(({ host }) => ({ host, secret: name })) : [];
  const image = imageOf(facts);
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
