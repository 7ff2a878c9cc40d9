import type { YamlAt } from './yaml-source.ts';

/** An object as some files write it. */
export interface WrittenObject {
  readonly at: YamlAt;
  readonly kind: string;
  readonly name: string;
  readonly formerNames?: readonly string[];
  readonly namespace?: string;
  /** Another place than the object itself puts it into its namespace. */
  readonly isMoved?: true;
  /** Partial objects that are merged over it, the weakest first. */
  readonly patches: readonly YamlAt[];
}

export function objectOf(at: YamlAt): WrittenObject {
  const namespace = at.at('metadata', 'namespace')?.string();
  return {
    at,
    kind: at.get('kind')?.string() ?? '',
    name: at.at('metadata', 'name')?.string() ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    patches: [],
  };
}
