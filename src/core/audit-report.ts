/** What `pullwhy audit` says of images that run today. Plain JSON, no secret values. */
export interface AuditReport {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'Audit';
  readonly summary: {
    readonly pods: number;
    readonly images: number;
    /** Distinct questions that registries were asked. */
    readonly asked: number;
    /** Answers taken over from an earlier run. */
    readonly recalled: number;
    readonly errors: number;
    readonly warnings: number;
    readonly unknown: number;
  };
  readonly findings: readonly AuditFinding[];
  /** What could not be looked at, one line each. */
  readonly unknowns: readonly string[];
}

export type AuditRule =
  /** Runs from copies on nodes; the next new node fails. */
  | 'not-pullable'
  | 'retired-image'
  | 'invalid-reference'
  | 'credential-ended'
  | 'credential-ends-soon'
  | 'secret-unusable'
  | 'secret-without-image'
  /** No running pod and no ServiceAccount lists it. */
  | 'secret-not-listed'
  /** A kubelet comes without a login where others have one. */
  | 'node-without-login'
  /** One tag, different content on different nodes. */
  | 'digest-differs';

export interface AuditFinding {
  readonly rule: AuditRule;
  /** `error`: a new pod on a new node fails today. */
  readonly level: 'error' | 'warning';
  /** An image, or `Secret shop/regcred`. */
  readonly subject: string;
  readonly message: string;
  /** `shop/api-5d7b7fc7d7-abcde`, the first few. */
  readonly pods: readonly string[];
  readonly podCount: number;
}
