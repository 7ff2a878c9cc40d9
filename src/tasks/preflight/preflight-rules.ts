import type { PreflightFinding, PreflightUse } from '../../core/preflight-report.ts';
import { excerpt } from '../../core/redact.ts';
import { decodePullSecret } from '../../credentials/docker-config.ts';
import type { ReferenceNote } from '../../image/notes.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import { retiredFor } from '../../image/retired.ts';
import type { ImageUse, ManifestSecret, ManifestSet } from '../../sources/manifests/manifest-set.ts';
import { type NamedSecret, pullIdentities } from '../pull-identities.ts';

/** Notes that only inform, and are no reason to stop a deployment. */
const HARMLESS: ReadonlySet<ReferenceNote['kind']> = new Set(['tag-dropped-for-digest', 'latest-implied']);

/** What the manifests themselves show to be wrong with one use of an image. Pure. */
export function offlineFindings(use: ImageUse, set: ManifestSet): readonly PreflightFinding[] {
  const finding = findingFor(use);
  const parsed = parseReference(use.image);
  if (!parsed.ok) {
    const { message, hint, suggestion } = parsed.error;
    const meant = suggestion === undefined ? '' : `; meant is perhaps ${suggestion}`;
    return [finding('invalid-reference', 'error', `${message}: ${hint}${meant}`)];
  }
  const suspicious = parsed.notes
    .filter(({ kind }) => !HARMLESS.has(kind))
    .map(({ text, suggestion }) =>
      finding('suspicious-reference', 'warning', suggestion === undefined ? text : `${text}: ${suggestion}`),
    );
  return [
    ...suspicious,
    ...retired(parsed.reference, finding),
    ...policy(use, parsed.reference, finding),
    ...account(use, set, finding),
    ...secrets(use, set, parsed.reference, finding),
  ];
}

type Make = (rule: PreflightFinding['rule'], level: PreflightFinding['level'], message: string) => PreflightFinding;

export function findingFor(use: ImageUse): Make {
  return (rule, level, message) => ({
    rule,
    level,
    message: excerpt(message, 500),
    image: excerpt(use.image, 300),
    use: placeOf(use),
  });
}

export function placeOf({ file, line, owner, container }: ImageUse): PreflightUse {
  return { file, line, where: excerpt(container === undefined ? owner : `${owner}, ${container}`, 300) };
}

function retired(reference: ImageReference, finding: Make): readonly PreflightFinding[] {
  const entry = retiredFor(reference);
  if (entry === undefined) return [];
  const message = `${entry.what}: ${entry.when}; now: ${entry.now}`;
  return [finding('retired-image', entry.state === 'gone' ? 'error' : 'warning', message)];
}

/** `imagePullPolicy` as the API server would default it (apis/core/v1/defaults.go, 1.36). */
function policy({ pullPolicy }: ImageUse, { tag, digest }: ImageReference, finding: Make): readonly PreflightFinding[] {
  const latest = digest === undefined && (tag === undefined || tag === 'latest');
  const never =
    pullPolicy === 'Never' ? [finding('pull-policy', 'warning', 'Never: the image must be on every node before')] : [];
  if (!latest) return never;
  const stale = pullPolicy === 'IfNotPresent' ? ', and IfNotPresent keeps whatever a node has under that name' : '';
  const written = tag === undefined ? 'no tag is written, which means latest' : 'latest';
  return [...never, finding('mutable-tag', 'warning', `${written}: what runs depends on when it was pulled${stale}`)];
}

/** Every namespace gets a `default` of its own, so only other names can be missing. */
function account(
  { namespace, serviceAccount }: ImageUse,
  set: ManifestSet,
  finding: Make,
): readonly PreflightFinding[] {
  const name = `ServiceAccount ${namespace}/${serviceAccount}`;
  if (serviceAccount === 'default' || !isAbsent(set, name)) return [];
  return [
    finding('service-account', 'warning', `${name} does not exist yet: until then the API server refuses the pod`),
  ];
}

/** Surely neither among the manifests nor in their cluster. */
export function isAbsent({ absent }: ManifestSet, name: string): boolean {
  return absent?.includes(name) === true;
}

/** Secrets that were seen, in the manifests or in their cluster; of others nothing is said. */
function secrets(
  use: ImageUse,
  set: ManifestSet,
  reference: ImageReference,
  finding: Make,
): readonly PreflightFinding[] {
  const listed = listedSecrets(use, set);
  const known = listed.flatMap((name) => secretNamed(set, use.namespace, name) ?? []);
  const unusable = known.flatMap(({ name, secret }) => {
    const { usable, problem } = decodePullSecret(secret);
    if (usable || problem?.kind === 'data-withheld') return [];
    const effect = problem?.breaksPod === true ? 'breaks the pull' : 'is ignored by the kubelet';
    return [finding('pull-secret', 'error', `${name} ${effect}: ${problem?.note ?? 'it holds no host'}`)];
  });
  const absent = listed
    .map((name) => `Secret ${use.namespace}/${name}`)
    .filter((name) => isAbsent(set, name))
    .map((name) =>
      finding('pull-secret', 'warning', `${name} is neither here nor in the cluster: nodes will pull without it`),
    );
  const wrong = [...unusable, ...absent];
  if (wrong.length > 0 || known.length === 0 || known.length < listed.length) return wrong;
  const { identities, unused } = pullIdentities(known, reference);
  if (identities.length > 0) return [];
  const why = unused[0] === undefined ? '' : `: ${unused[0].why}`;
  return [finding('pull-secret', 'warning', `none of the pod's pull secrets matches the image${why}`)];
}

/** The pod's own list; else that of its ServiceAccount, if it is among the manifests (admission plugin, 1.36). */
export function listedSecrets(
  { pullSecrets, namespace, serviceAccount }: ImageUse,
  set: ManifestSet,
): readonly string[] {
  if (pullSecrets !== undefined) return pullSecrets;
  const account = set.serviceAccounts.find((a) => a.namespace === namespace && a.name === serviceAccount);
  return account?.pullSecrets ?? [];
}

/** A Secret of the manifests in the form in which pulls use it. */
export function secretNamed(set: ManifestSet, namespace: string, name: string): NamedSecret | undefined {
  const found = set.secrets.find((secret) => secret.namespace === namespace && secret.name === name);
  return found === undefined ? undefined : { name: `Secret ${namespace}/${name}`, secret: contentOf(found) };
}

function contentOf({ type, data, stringData }: ManifestSecret): NamedSecret['secret'] {
  return { type, data, stringData };
}
