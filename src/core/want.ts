/** Kinds of APIs that a cluster may lack, and that only some questions need. */
export type ExtensionKind =
  | 'Ingress'
  | 'HTTPRoute'
  | 'TLSRoute'
  | 'Gateway'
  | 'Route'
  | 'IngressRoute'
  | 'PersistentVolumeClaim'
  | 'TaskRun'
  | 'PipelineRun'
  | 'BuildRun'
  | 'Workflow';

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
    | 'Node'
    | ExtensionKind
    /** The end of the log of one container. */
    | 'PodLog';
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** Only objects with these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a sample: so many objects are enough. */
  readonly atMost?: number;
  /** A guess: that it may not be seen is no gap. */
  readonly guess?: true;
  /** Of a log: whose. */
  readonly pod?: string;
  readonly container?: string;
}
