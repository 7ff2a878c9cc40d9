import type { Metadata } from '../core/objects.ts';

/** The tool that owns a manifest; a change made past it would be undone. */
export interface Manager {
  readonly tool: 'argo-cd' | 'flux' | 'helm' | 'addon-manager';
  /** Its object: the Application, the Kustomization or HelmRelease, the release. */
  readonly name: string;
  readonly kind?: 'kustomization' | 'helmrelease';
  /** Where that object is, when the marks tell. */
  readonly namespace?: string;
}

/** Who owns a manifest, by the marks that each tool leaves. */
const MARKS: readonly ((metadata: Metadata) => Manager | undefined)[] = [
  ({ annotations, labels }) =>
    argo(annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance']),
  // Told by label alone, which Helm uses as well, where the fields say who wrote them.
  ({ labels, managedFields = [] }) =>
    managedFields.some(({ manager }) => /^argocd-/.test(manager ?? ''))
      ? argo(labels['app.kubernetes.io/instance'])
      : undefined,
  ({ labels }) =>
    flux('helmrelease', labels['helm.toolkit.fluxcd.io/name'], labels['helm.toolkit.fluxcd.io/namespace']),
  ({ labels }) =>
    flux('kustomization', labels['kustomize.toolkit.fluxcd.io/name'], labels['kustomize.toolkit.fluxcd.io/namespace']),
  ({ annotations }) => helm(annotations['meta.helm.sh/release-name'], annotations['meta.helm.sh/release-namespace']),
  ({ labels }) =>
    labels['app.kubernetes.io/managed-by'] === 'Helm'
      ? helm(labels['app.kubernetes.io/instance'] ?? labels.release, undefined)
      : undefined,
  ({ labels }) =>
    labels['addonmanager.kubernetes.io/mode'] === 'Reconcile' ? { tool: 'addon-manager', name: '' } : undefined,
];

/** The first of several objects that tells. */
export function managerOf(objects: readonly Metadata[]): Manager | undefined {
  for (const mark of MARKS) {
    for (const metadata of objects) {
      const found = mark(metadata);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The same in words. */
export function managedBy(objects: readonly Metadata[]): string | undefined {
  const manager = managerOf(objects);
  return manager === undefined ? undefined : managerWords(manager);
}

/** `Argo CD (app shop)`, `Helm (release api)`, `Flux (kustomization apps)`. */
export function managerWords({ tool, name, kind }: Manager): string {
  switch (tool) {
    case 'argo-cd':
      return `Argo CD (app ${name})`;
    case 'flux':
      return `Flux (${kind} ${name})`;
    case 'helm':
      return `Helm (release ${name})`;
    default:
      return 'the addon manager';
  }
}

/** Applications outside of Argo CD's own namespace are told as `namespace_name`; names of objects have no such mark. */
function argo(told: string | undefined): Manager | undefined {
  if (told === undefined || told === '') return undefined;
  const mark = told.indexOf('_');
  if (mark < 0) return { tool: 'argo-cd', name: told };
  return { tool: 'argo-cd', name: told.slice(mark + 1), namespace: told.slice(0, mark) };
}

function flux(
  kind: Manager['kind'] & string,
  name: string | undefined,
  namespace: string | undefined,
): Manager | undefined {
  return name === undefined
    ? undefined
    : { tool: 'flux', kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function helm(name: string | undefined, namespace: string | undefined): Manager | undefined {
  return name === undefined ? undefined : { tool: 'helm', name, ...(namespace === undefined ? {} : { namespace }) };
}
