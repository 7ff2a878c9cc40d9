/** What `pullwhy preflight` says of manifests before they are deployed. Plain JSON, no secret values. */
export interface PreflightReport {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'Preflight';
  readonly summary: {
    readonly images: number;
    readonly uses: number;
    readonly errors: number;
    readonly warnings: number;
    /** Images whose registry was asked in vain, and files that could not be read. */
    readonly unknown: number;
  };
  readonly images: readonly PreflightImage[];
  readonly findings: readonly PreflightFinding[];
  /** What could not be looked at, one line each. */
  readonly unknowns: readonly string[];
}

export interface PreflightImage {
  readonly image: string;
  readonly uses: readonly PreflightUse[];
  /** One line of the registry's answer; missing when it was not asked. */
  readonly answer?: string;
}

/** A place in a manifest that names an image. */
export interface PreflightUse {
  readonly file: string;
  readonly line: number;
  /** `Deployment shop/api, container app` */
  readonly where: string;
}

export type PreflightRule =
  | 'invalid-reference'
  | 'suspicious-reference'
  | 'retired-image'
  | 'mutable-tag'
  | 'pull-policy'
  | 'pull-secret'
  | 'service-account'
  | 'not-pullable'
  | 'platform';

export interface PreflightFinding {
  readonly rule: PreflightRule;
  /** `error`: the pull would fail. `warning`: it may, or does something else than meant. */
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly image: string;
  readonly use: PreflightUse;
}

/** What each rule is about, for reports that list rules. */
export const PREFLIGHT_RULES: Readonly<Record<PreflightRule, string>> = {
  'invalid-reference': 'The image reference does not parse',
  'suspicious-reference': 'The image reference parses, but hardly means what was meant',
  'retired-image': 'The image was moved or shut down by its publisher',
  'mutable-tag': 'The tag may point at something else tomorrow',
  'pull-policy': 'The pull policy keeps the image from being pulled, or from being renewed',
  'pull-secret': 'A pull secret does not do what it is there for',
  'service-account': 'The ServiceAccount of the pod does not exist',
  'not-pullable': 'The registry does not give the image',
  platform: 'The image is not built for a platform that it shall run on',
};
