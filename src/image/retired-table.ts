/**
 * Registries and repositories that moved, froze or shut down, as known in November 2026.
 * To add one: append an entry. Docker's removal of free team organizations (2023) is not here: it was withdrawn.
 */

export interface Retired {
  readonly match: {
    /** Exact, or `*.` for any subdomain. */
    readonly domain: string;
    /** What the path begins with; whole elements unless it ends with `/` or `-`. */
    readonly pathPrefix?: string;
    /** Only tags that are versions below this one. */
    readonly versionsBelow?: string;
  };
  readonly what: string;
  /**
   * `gone`: nothing can be pulled. `partly-gone`: some of it still can, so the name alone proves nothing.
   * `frozen`: old tags can be pulled, new ones never come. `announced`: the end is announced or tested, not complete.
   */
  readonly state: 'gone' | 'partly-gone' | 'frozen' | 'announced';
  readonly when: string;
  /** ISO date of the last step; a failure before it has another cause. Absent where only a rough date is known. */
  readonly since?: string;
  /** Where the images are now, in words. */
  readonly now: string;
  /** What replaces domain and path prefix, where that is all that changed. */
  readonly replacement?: { readonly domain: string; readonly pathPrefix: string };
  /** How a pull fails. */
  readonly symptom: string;
  readonly source: string;
}

export const RETIRED: readonly Retired[] = [
  {
    match: { domain: 'k8s.gcr.io' },
    what: 'the old registry of the Kubernetes project, k8s.gcr.io',
    state: 'frozen',
    when: 'redirected since 2023-03-20, frozen on 2023-04-03',
    since: '2023-04-03',
    now: 'registry.k8s.io',
    replacement: { domain: 'registry.k8s.io', pathPrefix: '' },
    symptom: 'tags newer than April 2023 are not found',
    source: 'kubernetes.io blog',
  },
  ...['gcr.io', 'us.gcr.io', 'eu.gcr.io', 'asia.gcr.io'].map(containerRegistryHost),
  {
    match: { domain: 'docker.io', pathPrefix: 'bitnami/' },
    what: 'the free Bitnami images on Docker Hub',
    state: 'gone',
    when: 'brownouts from 2025-08-28, deleted on 2025-09-29',
    since: '2025-09-29',
    now: 'docker.io/bitnamilegacy (frozen, not every tag) or docker.io/bitnamisecure (latest only)',
    replacement: { domain: 'docker.io', pathPrefix: 'bitnamilegacy/' },
    symptom: 'not found',
    source: 'GitHub bitnami/charts#35164, #36229',
  },
  {
    match: { domain: 'public.ecr.aws', pathPrefix: 'bitnami/' },
    what: 'the Bitnami images on public.ecr.aws',
    state: 'gone',
    when: '2026-06-10',
    since: '2026-06-10',
    now: 'docker.io/bitnamilegacy (frozen, not every tag) or docker.io/bitnamisecure (latest only)',
    replacement: { domain: 'docker.io', pathPrefix: 'bitnamilegacy/' },
    symptom: 'not found',
    source: 'GitHub bitnami/charts#36537',
  },
  {
    match: { domain: 'docker.io', pathPrefix: 'minio/minio' },
    what: 'the MinIO server image on Docker Hub',
    state: 'gone',
    when: 'no new images since October 2025, gone around 2026-09-12',
    now: 'quay.io/minio (frozen)',
    replacement: { domain: 'quay.io', pathPrefix: 'minio/minio' },
    symptom: 'pull access denied',
    source: 'GitHub testcontainers/testcontainers-node#1463',
  },
  {
    match: { domain: 'docker.io', pathPrefix: 'minio/mc' },
    what: 'the MinIO client image on Docker Hub',
    state: 'gone',
    when: 'no new images since October 2025, gone around 2026-09-12',
    now: 'quay.io/minio (frozen)',
    replacement: { domain: 'quay.io', pathPrefix: 'minio/mc' },
    symptom: 'pull access denied',
    source: 'GitHub testcontainers/testcontainers-node#1463',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'kubebuilder/kube-rbac-proxy' },
    what: 'kube-rbac-proxy of the kubebuilder project',
    state: 'gone',
    when: 'around 2026-03-06',
    now: 'quay.io/brancz/kube-rbac-proxy',
    replacement: { domain: 'quay.io', pathPrefix: 'brancz/kube-rbac-proxy' },
    symptom: 'not found or denied',
    source: 'GitHub k8s-mediaserver-operator#115',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'tekton-releases/' },
    what: 'the Tekton releases on gcr.io',
    state: 'gone',
    when: 'around 2025-07-10',
    now: 'ghcr.io/tektoncd, under other paths: apply a current release manifest',
    symptom: '403 Forbidden',
    source: 'GitHub tektoncd/pipeline#8870',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'istio-release/' },
    what: 'the Istio releases on gcr.io',
    state: 'announced',
    when: 'ends in December 2026, outage tests since 2026-09-15',
    since: '2026-09-15',
    now: 'docker.io/istio',
    replacement: { domain: 'docker.io', pathPrefix: 'istio/' },
    symptom: 'fails during outage tests, for good from December 2026',
    source: 'GitHub istio/istio#61467',
  },
  {
    match: { domain: 'registry.istio.io' },
    what: 'the Istio registry registry.istio.io',
    state: 'announced',
    when: 'ends in December 2026, outage tests since 2026-09-15',
    since: '2026-09-15',
    now: 'docker.io/istio',
    symptom: 'fails during outage tests, for good from December 2026',
    source: 'GitHub istio/istio#61467',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'kaniko-project/' },
    what: 'kaniko, archived by Google',
    state: 'frozen',
    when: 'archived on 2025-06-03, last release v1.24.0',
    since: '2025-06-03',
    now: 'forks of kaniko under other names',
    symptom: 'tags newer than v1.24.0 are not found',
    source: 'GitHub GoogleContainerTools/kaniko',
  },
  {
    match: { domain: 'docker.io', pathPrefix: 'openshift/origin-' },
    what: 'the OpenShift Origin images on Docker Hub',
    state: 'gone',
    when: '2023-10-20',
    since: '2023-10-20',
    now: 'quay.io/openshift',
    replacement: { domain: 'quay.io', pathPrefix: 'openshift/origin-' },
    symptom: 'pull access denied',
    source: 'GitHub openshift/origin#28339',
  },
  {
    match: { domain: 'projects.registry.vmware.com' },
    what: 'the VMware projects registry',
    state: 'gone',
    when: 'mid-2024',
    now: 'the home of each project, such as docker.io/antrea or ghcr.io/vmware',
    symptom: 'host not reachable or not found',
    source: 'GitHub antrea-io/antrea#6003, carvel-dev/kapp#977',
  },
  {
    match: { domain: 'projects.registry.vmware.com', pathPrefix: 'antrea/' },
    what: 'the Antrea images on the VMware projects registry',
    state: 'gone',
    when: 'mid-2024',
    now: 'docker.io/antrea',
    replacement: { domain: 'docker.io', pathPrefix: 'antrea/' },
    symptom: 'host not reachable or not found',
    source: 'GitHub antrea-io/antrea#6003',
  },
  {
    match: { domain: 'registry.opensource.zalan.do' },
    what: 'the open-source registry of Zalando',
    state: 'announced',
    when: 'announced on 2026-05-07',
    since: '2026-05-07',
    now: 'ghcr.io, under the zalando organizations',
    symptom: 'not found, or host not reachable',
    source: 'GitHub zalando/postgres-operator#3092',
  },
  {
    match: { domain: 'docker.io', pathPrefix: 'akyriako/typesense-operator', versionsBelow: '0.3' },
    what: 'the Typesense operator up to 0.2 on Docker Hub',
    state: 'gone',
    when: '2026-03-31',
    since: '2026-03-31',
    now: 'quay.io',
    symptom: 'not found',
    source: 'GitHub akyriako/typesense-operator#245',
  },
  {
    match: { domain: 'docker.io', pathPrefix: 'appscode/kubed' },
    what: 'kubed of AppsCode',
    state: 'gone',
    when: 'February 2024',
    now: 'no free successor',
    symptom: 'pull access denied',
    source: 'GitHub appscode/charts#1081',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'k8s-staging-' },
    what: 'a staging repository of the Kubernetes project, never meant for users',
    state: 'partly-gone',
    when: 'tags are removed without notice',
    now: 'registry.k8s.io, as a released version',
    symptom: 'not found or denied',
    source: 'GitHub kubernetes/registry.k8s.io',
  },
  {
    match: { domain: 'gcr.io', pathPrefix: 'kubernetes-helm/' },
    what: 'the images of Helm 2 (tiller) on gcr.io',
    state: 'gone',
    when: 'removed from August 2021, the project deleted in September 2021',
    now: 'ghcr.io/helm (Helm 2 itself ended in November 2020)',
    replacement: { domain: 'ghcr.io', pathPrefix: 'helm/' },
    symptom: 'not found, unknown blob, 401, or "project has been deleted"',
    source: 'GitHub helm/helm#10004, #10120',
  },
  {
    match: { domain: 'quay.io', pathPrefix: 'kubernetes-ingress-controller/nginx-ingress-controller' },
    what: 'the ingress-nginx controller on quay.io',
    state: 'frozen',
    when: 'read-only since July 2020, last 0.33.0',
    now: 'registry.k8s.io/ingress-nginx/controller',
    replacement: { domain: 'registry.k8s.io', pathPrefix: 'ingress-nginx/controller' },
    symptom: 'tags newer than 0.33.0 are not found',
    source: 'GitHub helm/charts#23213',
  },
  {
    match: { domain: '*.bintray.io' },
    what: 'JFrog Bintray',
    state: 'gone',
    when: '2021-05-01',
    since: '2021-05-01',
    now: 'the home of each project; products of JFrog at releases-docker.jfrog.io',
    symptom: 'host not found, or 403 Forbidden',
    source: 'GitHub jfrog/jfrog-cli#1006',
  },
];

/** The names live on in Artifact Registry; what was not copied there is lost. */
function containerRegistryHost(domain: string): Retired {
  return {
    match: { domain },
    what: `Google Container Registry (${domain})`,
    state: 'partly-gone',
    when: 'no reads after 2025-06-03; the names are served by Artifact Registry since 2025-10-14',
    since: '2025-06-03',
    now: 'gcr.io repositories in Artifact Registry or *.pkg.dev, if the owner copied the image',
    symptom: 'images that were not copied are not found or denied',
    source: 'cloud.google.com Container Registry deprecation page',
  };
}
