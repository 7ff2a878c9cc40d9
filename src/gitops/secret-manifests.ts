import type { ManifestChange } from '../core/manifest-change.ts';
import type { PlannedChange } from './changes.ts';
import { type Ranked, UNKNOWN_FITS } from './ranking.ts';
import type { Repository } from './repository.ts';
import type { Unit } from './unit.ts';
import type { WrittenObject } from './written-object.ts';
import type { YamlAt } from './yaml-source.ts';

type NamespaceChange = Extract<ManifestChange, { kind: 'secret-namespace' }>;

/** Kinds of objects that make a Secret, and where each names it, if not by its own name. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  Secret: [],
  SealedSecret: ['spec', 'template', 'metadata', 'name'],
  ExternalSecret: ['spec', 'target', 'name'],
  VaultStaticSecret: ['spec', 'destination', 'name'],
  OnePasswordItem: [],
};

/**
 * Where a checkout makes a secret in another namespace than the pod's. What only points at the data is copied for the
 * other namespace, for pods of the old one may need it there; data itself is never shown, nor moved by itself.
 */
export function secretPlaces(repository: Repository, unit: Unit, change: NamespaceChange): readonly Ranked[] {
  return unit.objects
    .filter((object) => secretOf(object) === change.name)
    .flatMap((object): readonly Ranked[] => {
      const namespace = object.namespace ?? unit.namespace;
      if (
        namespace === undefined ||
        (change.from !== undefined && namespace !== change.from && namespace !== change.to)
      )
        return [];
      const place = placeOf(object.at);
      if (place === undefined) return [];
      const isThere = namespace === change.to;
      const edits = isThere ? [] : copyOf(repository, unit, object, change.to);
      const planned: PlannedChange = { ...place, ...(edits === undefined ? {} : { edits }) };
      // One that is there already is the better place to look at.
      const fits = { ...UNKNOWN_FITS, namespace: isThere ? ('same' as const) : ('unknown' as const) };
      return [{ planned, unit, fits, reason: reasonFor(unit, object, namespace, change, edits?.length) }];
    });
}

/** The name of the Secret that comes of an object. */
function secretOf({ kind, name, at }: WrittenObject): string | undefined {
  const path = TARGETS[kind];
  if (path === undefined) return undefined;
  return (path.length === 0 ? undefined : at.at(...path)?.string()) ?? name;
}

/** The line of its namespace, or that of the object. */
function placeOf(at: YamlAt): PlannedChange | undefined {
  const slot = at.at('metadata', 'namespace')?.slot();
  if (slot !== undefined) return { at: { path: slot.path, offset: slot.start } };
  const line = at.source.line(at.start);
  return line === undefined ? undefined : { at: { path: line.path, offset: line.start + line.column } };
}

/** The document once more below itself, with the other namespace; only of what holds no data. */
function copyOf(
  repository: Repository,
  { kind: unitKind }: Unit,
  { at, kind, isMoved }: WrittenObject,
  to: string,
): PlannedChange['edits'] {
  const { source } = at;
  const slot = at.at('metadata', 'namespace')?.slot();
  const isFile = repository.text(source.path) === source.text && source.line(at.start)?.column === 0 && !at.isFlow();
  if (slot === undefined || !isFile || isMoved === true || unitKind === 'helm') return undefined;
  const hasData = kind === 'Secret' || DATA.some((path) => at.at(...path) !== undefined);
  if (hasData || (kind === 'SealedSecret' && !isForAll(at))) return undefined;
  const last = source.line(Math.max(at.start, at.end - 1));
  if (last === undefined) return undefined;
  const { text } = source;
  const copy = `${text.slice(at.start, slot.start)}${slot.spell(to)}${text.slice(slot.end, last.end)}`;
  const added = `\n---\n${copy.replaceAll('\r\n', '\n').trimEnd()}`;
  return [{ path: source.path, start: last.end, end: last.end, text: added }];
}

/** Texts that become part of the secret. */
const DATA = [
  ['spec', 'target', 'template', 'data'],
  ['spec', 'target', 'template', 'templateFrom'],
  ['spec', 'destination', 'transformation'],
] as const;

/** Sealed for every namespace (sealed-secrets scope cluster-wide). */
function isForAll(sealed: YamlAt): boolean {
  return sealed.at('metadata', 'annotations', 'sealedsecrets.bitnami.com/cluster-wide')?.string() === 'true';
}

function reasonFor(
  unit: Unit,
  { kind, name, at, isMoved }: WrittenObject,
  namespace: string,
  { to }: NamespaceChange,
  edits: number | undefined,
): string {
  const by = isMoved === true ? `, by the namespace of ${unit.says}` : '';
  const makes = `${kind} ${name} makes it in ${namespace}${by}`;
  if (namespace === to) return makes;
  const store = storeOf(at, kind);
  const needs = store === undefined ? '' : `; ${store} must be there too`;
  if (edits !== undefined)
    return `${makes}, and the patch makes it in ${to} as well${needs}; change the namespace instead where ${namespace} needs none`;
  if (kind === 'SealedSecret' && !isForAll(at))
    return `${makes}, and is encrypted for that namespace: seal it anew with kubeseal --namespace ${to}`;
  return kind === 'Secret'
    ? `${makes}; make one in ${to} as well, with the same data, which is not shown here`
    : `${makes}; make one in ${to} as well${needs}`;
}

/** What an object reads from, where that is bound to its namespace. */
function storeOf(at: YamlAt, kind: string): string | undefined {
  if (kind === 'VaultStaticSecret') {
    const auth = at.at('spec', 'vaultAuthRef')?.string();
    return auth === undefined || auth.includes('/') ? undefined : `VaultAuth ${auth}`;
  }
  const ref = at.at('spec', 'secretStoreRef');
  const isBound = kind === 'ExternalSecret' && ref !== undefined && ref.get('kind')?.string() !== 'ClusterSecretStore';
  return isBound ? `SecretStore ${ref.get('name')?.string() ?? ''}` : undefined;
}
