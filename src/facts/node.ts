import { absent, type Fact, present, unknown } from '../core/fact.ts';
import type { Condition } from '../core/objects.ts';
import { sh } from '../core/shell.ts';
import type { CaseContext } from './case-context.ts';

export interface NodeFact {
  readonly name: string;
  readonly architecture?: string;
  readonly operatingSystem?: string;
  readonly conditions: readonly Condition[];
  readonly ready: boolean | undefined;
  readonly diskPressure: boolean | undefined;
}

/** The node of the pull. */
export function nodeOf({ index, subject }: CaseContext): Fact<NodeFact> {
  const { node } = subject;
  if (node === undefined) return unknown('the node of the pod');
  const seen = index.find('Node', undefined, node);
  if (seen === undefined) {
    const coverage = index.coverageOf('Node', undefined, node);
    return coverage === undefined
      ? unknown(`node ${node}`, 'not-collected', sh`kubectl describe node ${node}`)
      : absent([coverage.because]);
  }
  const { info, conditions } = seen.object;
  return present(
    {
      name: node,
      ...(info.architecture === undefined ? {} : { architecture: info.architecture }),
      ...(info.operatingSystem === undefined ? {} : { operatingSystem: info.operatingSystem }),
      conditions,
      ready: conditionValue(conditions, 'Ready'),
      diskPressure: conditionValue(conditions, 'DiskPressure'),
    },
    [seen.id],
  );
}

/** True or False; anything else (`Unknown`, missing) is not known. */
function conditionValue(conditions: readonly Condition[], type: string): boolean | undefined {
  const status = conditions.find((c) => c.type === type)?.status;
  return status === 'True' ? true : status === 'False' ? false : undefined;
}
