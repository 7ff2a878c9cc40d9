import { valueIn } from '../../core/fact.ts';
import type { ContextSecret, PullContext } from '../../core/report.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ListedSecret } from '../../facts/pull-secrets.ts';

/** The set-up of one pull for the report: derived facts only, nothing that was not seen. */
export function pullContext(facts: Facts): PullContext {
  const versions = valueIn(facts.versions);
  const policy = valueIn(facts.pullPolicy);
  const runtime =
    versions?.runtime === undefined ? undefined : [versions.runtime, versions.runtimeVersion].filter(Boolean).join(' ');
  const account = accountOf(facts);
  return {
    ...(facts.subject.image === undefined ? {} : { image: facts.subject.image }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(versions?.kubelet === undefined ? {} : { kubelet: versions.kubelet }),
    ...(policy === undefined ? {} : { pullPolicy: policy }),
    ...(account === undefined ? {} : { serviceAccount: account }),
    ...(facts.listedSecrets.state === 'present' ? { imagePullSecrets: facts.pullSecrets.map(secretOf) } : {}),
  };
}

function accountOf({ serviceAccount, subject }: Facts): PullContext['serviceAccount'] {
  const seen = valueIn(serviceAccount);
  if (seen !== undefined) return { name: seen.name, imagePullSecrets: seen.imagePullSecrets };
  return subject.serviceAccount === undefined ? undefined : { name: subject.serviceAccount };
}

function secretOf({ name, secret }: ListedSecret): ContextSecret {
  if (secret.state === 'unknown') return { name, state: 'unknown', note: secret.gap.why };
  if (secret.state === 'absent') return { name, state: 'absent' };
  const { type, decoded } = secret.value;
  return {
    name,
    state: 'present',
    ...(type === undefined ? {} : { type }),
    hosts: decoded.entries.map((entry) => entry.host),
    ...(decoded.problem === undefined ? {} : { note: decoded.problem.note }),
  };
}
