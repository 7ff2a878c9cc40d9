/** A list that could decide a case: what the facts ask of a source after the first look. */
export interface Want {
  readonly kind:
    | 'Secret'
    | 'Pod'
    | 'Job'
    | 'CronJob'
    | 'Service'
    | 'EndpointSlice'
    | 'NetworkPolicy'
    | 'Deployment'
    | 'StatefulSet'
    | 'HorizontalPodAutoscaler'
    | 'Node';
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** Only objects with these labels. */
  readonly labels?: Readonly<Record<string, string>>;
}
