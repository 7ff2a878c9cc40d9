/**
 * What a remedy changes in a manifest, for finding the file and writing the patch. A value that is left out is not
 * known: then the file is told and nothing is written.
 */
export type ManifestChange =
  /** The image of the container. */
  | { readonly kind: 'image'; readonly to?: string }
  /** A name in `imagePullSecrets` of the pod template, in the place of another when that one is wrong. */
  | { readonly kind: 'pull-secret'; readonly name: string; readonly replaces?: string }
  /** A name in `imagePullSecrets` of a ServiceAccount. */
  | { readonly kind: 'service-account'; readonly account: string; readonly name: string }
  /** The namespace in which a secret is made; any other than the right one, where it is not known which. */
  | { readonly kind: 'secret-namespace'; readonly name: string; readonly from?: string; readonly to: string }
  /** Where an image is built; `model` names the build of it or, where no file builds it, of another image. */
  | { readonly kind: 'build'; readonly image: string; readonly model: string }
  /** `limits.memory` of a container of a workload, which need not be the one that fails. */
  | {
      readonly kind: 'memory-limit';
      readonly namespace: string;
      readonly workload: { readonly kind: string; readonly name: string };
      readonly container: string;
      readonly to: string;
    }
  /** `imagePullPolicy` of the container. */
  | { readonly kind: 'pull-policy'; readonly to: 'Always' | 'IfNotPresent' | 'Never' };
