import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import type { CaseContext } from './case-context.ts';
import { gapAbout } from './gaps.ts';
import { type Manager, managerOf } from './managed-by.ts';
import { isAfter, latest } from './time.ts';

export interface ServiceAccountFact {
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  /** Set when the ServiceAccount was last changed after the pod was created. */
  readonly changedAfterPod?: string;
  /** The tool that owns its manifest, by the marks on it. */
  readonly manager?: Manager;
}

/** The pod's ServiceAccount. Its pull secrets reach a pod only when the pod is created (admission serviceaccount, 1.36). */
export function serviceAccountOf({ index, subject }: CaseContext): Fact<ServiceAccountFact> {
  const { namespace, podCreatedAt } = subject;
  const name = subject.serviceAccount;
  if (name === undefined || namespace === undefined) return unknown('the ServiceAccount of the pod');
  const seen = index.find('ServiceAccount', namespace, name);
  if (seen === undefined) {
    const coverage = index.coverageOf('ServiceAccount', namespace, name);
    if (coverage !== undefined) return absent([coverage.because]);
    const wanted = `ServiceAccount ${namespace}/${name}`;
    return unknown(
      wanted,
      gapAbout(index, 'ServiceAccount', namespace, name)?.why,
      sh`kubectl get serviceaccount ${name} -n ${namespace} -o yaml`,
    );
  }
  if (seen.view !== 'full') return unknown(`imagePullSecrets of ServiceAccount ${namespace}/${name}`);
  const { metadata, imagePullSecrets } = seen.object;
  const manager = managerOf([metadata]);
  const changed = latest((metadata.managedFields ?? []).map((field) => field.time));
  return present(
    {
      name,
      imagePullSecrets,
      ...(changed !== undefined && isAfter(changed, podCreatedAt) ? { changedAfterPod: changed } : {}),
      ...(manager === undefined ? {} : { manager }),
    },
    [seen.id],
  );
}
