import type { AuditFinding } from '../../core/audit-report.ts';
import type { Secret } from '../../core/objects.ts';
import { excerpt } from '../../core/redact.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { decodePullSecret } from '../../credentials/docker-config.ts';
import { expiredAt, lastWrittenAt } from '../../credentials/token-clock.ts';
import { parseReference } from '../../image/reference.ts';
import { retiredFor } from '../../image/retired.ts';
import { pullIdentities } from '../pull-identities.ts';
import { named, type PodImage } from './audit-uses.ts';

const SHOWN_PODS = 3;
const SOON_MS = 7 * 24 * 3_600_000;

/** A finding with the pods that it concerns, each named once. */
export function auditFinding(
  rule: AuditFinding['rule'],
  level: AuditFinding['level'],
  subject: string,
  message: string,
  uses: readonly PodImage[],
): AuditFinding {
  const pods = [...new Set(uses.map(({ pod }) => pod))];
  return {
    rule,
    level,
    subject: excerpt(subject, 300),
    message: excerpt(message, 500),
    pods: pods.slice(0, SHOWN_PODS),
    podCount: pods.length,
  };
}

/** What an image's own name and its copies on nodes show. */
export function imageFindings(image: string, uses: readonly PodImage[]): readonly AuditFinding[] {
  const parsed = parseReference(image);
  if (!parsed.ok) return [auditFinding('invalid-reference', 'error', image, parsed.error.hint, uses)];
  const retired = retiredFor(parsed.reference);
  const gone = retired?.state === 'gone';
  return [
    ...(retired === undefined
      ? []
      : [
          auditFinding(
            'retired-image',
            gone ? 'error' : 'warning',
            image,
            `${retired.what}: ${retired.when}; now: ${retired.now}`,
            uses,
          ),
        ]),
    ...(parsed.reference.digest === undefined ? differing(image, uses) : []),
  ];
}

/** The platforms of one index have one digest in `imageID`, so two digests are two pushes. */
function differing(image: string, uses: readonly PodImage[]): readonly AuditFinding[] {
  const nodes = new Map<string, Set<string>>();
  for (const { digest, node } of uses) {
    if (digest !== undefined) nodes.set(digest, (nodes.get(digest) ?? new Set()).add(node ?? 'some node'));
  }
  if (nodes.size < 2) return [];
  const shown = [...nodes]
    .slice(0, 4)
    .map(([digest, on]) => `${digest.slice(0, 19)} on ${[...on].slice(0, 3).join(', ')}`);
  return [
    auditFinding('digest-differs', 'warning', image, `one tag, ${nodes.size} contents: ${shown.join('; ')}`, uses),
  ];
}

/** Secrets for pulls that nothing lists, as far as the evidence has pods and ServiceAccounts of their namespace. */
export function unlistedSecrets({ objects }: Snapshot, uses: readonly PodImage[]): readonly AuditFinding[] {
  const all = objects.map(({ object }) => object);
  const listed = new Set(
    uses.flatMap(({ namespace, pullSecrets }) => pullSecrets.map((name) => `${namespace}/${name}`)),
  );
  const namespaces = new Set(uses.map(({ namespace }) => namespace));
  for (const object of all) {
    if (object.kind !== 'ServiceAccount') continue;
    for (const name of object.imagePullSecrets) listed.add(`${object.metadata.namespace ?? 'default'}/${name}`);
  }
  return all.flatMap((object) => {
    if (object.kind !== 'Secret' || !PULL_TYPES.has(object.type ?? '')) return [];
    const namespace = object.metadata.namespace ?? 'default';
    const key = `${namespace}/${object.metadata.name}`;
    if (listed.has(key) || !namespaces.has(namespace)) return [];
    const message = 'no pod that runs and no ServiceAccount that was seen lists it';
    return [auditFinding('secret-not-listed', 'warning', `Secret ${key}`, message, [])];
  });
}

const PULL_TYPES: ReadonlySet<string> = new Set(['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg']);

/** What the pull secrets in use show by themselves. */
export function secretFindings(
  key: string,
  secret: Secret,
  uses: readonly PodImage[],
  now: string,
): readonly AuditFinding[] {
  const subject = `Secret ${key}`;
  const { type, data, metadata } = secret;
  const decoded = decodePullSecret({ type, data, writtenAt: lastWrittenAt(metadata) });
  if (decoded.problem?.kind === 'data-withheld') return [];
  if (!decoded.usable) {
    const effect =
      decoded.problem?.breaksPod === true ? 'breaks every pull of these pods' : 'is ignored by the kubelet';
    const message = `${effect}: ${decoded.problem?.note ?? 'it holds no host'}`;
    return [
      auditFinding(
        'secret-unusable',
        decoded.problem?.breaksPod === true ? 'error' : 'warning',
        subject,
        message,
        uses,
      ),
    ];
  }
  const serving = uses.filter(({ image }) => {
    const parsed = parseReference(image);
    return parsed.ok && pullIdentities([named(key, secret)], parsed.reference).identities.length > 0;
  });
  if (serving.length === 0) {
    const hosts = decoded.entries.map(({ host }) => host).join(', ');
    return [
      auditFinding(
        'secret-without-image',
        'warning',
        subject,
        `no image of the pods that list it matches ${hosts}`,
        uses,
      ),
    ];
  }
  return decoded.entries.flatMap(({ host, expiry }) => {
    if (expiry?.expiresAt === undefined) return [];
    const left = Date.parse(expiry.expiresAt) - Date.parse(now);
    if (expiredAt(expiry, now) === true)
      return [
        auditFinding(
          'credential-ended',
          'error',
          subject,
          `the credential for ${host} ended at ${expiry.expiresAt}`,
          serving,
        ),
      ];
    if (left > SOON_MS) return [];
    return [
      auditFinding(
        'credential-ends-soon',
        'warning',
        subject,
        `the credential for ${host} ends at ${expiry.expiresAt} at the latest`,
        serving,
      ),
    ];
  });
}
