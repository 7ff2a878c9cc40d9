import type { Metadata } from '../core/objects.ts';

/** Who owns a manifest, by the marks that each tool leaves; a change made past it would be undone. */
const MARKS: readonly ((metadata: Metadata) => string | undefined)[] = [
  ({ annotations, labels }) =>
    argo(annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance']),
  ({ labels }) => flux('helmrelease', labels['helm.toolkit.fluxcd.io/name']),
  ({ labels }) => flux('kustomization', labels['kustomize.toolkit.fluxcd.io/name']),
  ({ annotations }) => helm(annotations['meta.helm.sh/release-name']),
  ({ labels }) =>
    labels['app.kubernetes.io/managed-by'] === 'Helm'
      ? helm(labels['app.kubernetes.io/instance'] ?? labels.release)
      : undefined,
  ({ labels }) => (labels['addonmanager.kubernetes.io/mode'] === 'Reconcile' ? 'the addon manager' : undefined),
];

/** `Argo CD (app shop)`, `Helm (release api)`, `Flux (kustomization apps)`; the first of several objects that tells. */
export function managedBy(objects: readonly Metadata[]): string | undefined {
  for (const mark of MARKS) {
    for (const metadata of objects) {
      const found = mark(metadata);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function argo(app: string | undefined): string | undefined {
  return app === undefined || app === '' ? undefined : `Argo CD (app ${app})`;
}

function flux(kind: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `Flux (${kind} ${name})`;
}

function helm(release: string | undefined): string | undefined {
  return release === undefined ? undefined : `Helm (release ${release})`;
}
