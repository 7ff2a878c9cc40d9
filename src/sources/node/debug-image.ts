import type { Node } from '../../core/objects.ts';

/** Images that are known to hold a shell and the usual tools, the smallest and surest first. Matched on the repository's path. */
const WITH_SHELL: readonly RegExp[] = [
  /(?:^|\/)busybox$/,
  /(?:^|\/)(?:alpine|debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|photon|archlinux|ubi\d?(?:-minimal)?)$/,
  /(?:^|\/)(?:toolbox|netshoot|debug|node-shell|dnsutils|network-multitool|agnhost|e2e-test-images\/\w+|kubectl|curl)$/,
  // Runs on every node of its kind, with a shell in its entry point.
  /(?:^|\/)(?:flannel|flannel-cni-plugin|weave-kube|kube-router|cilium|antrea-(?:ubuntu|agent-ubuntu)|calico\/(?:node|cni)|kindnetd)$/,
  /(?:^|\/)(?:amazon-k8s-cni|amazon-k8s-cni-init|aws-node|azure-cns|azure-npm|netd|ip-masq-agent)$/,
  /(?:^|\/)(?:local-path-provisioner|rke2-runtime|rancher\/.*(?:klipper|hardened)-[\w-]+|ingress-nginx\/controller|nginx-ingress-controller)$/,
  // Built on Debian or Alpine by their makers.
  /(?:^|\/)(?:nginx|httpd|redis|postgres|mysql|mariadb|mongo|memcached|rabbitmq|haproxy|traefik|python|node|ruby|php|golang|openjdk|eclipse-temurin|maven|gradle|wordpress|grafana|vault|consul|kafka|zookeeper|jenkins|gitea|sonarqube|elasticsearch)$/,
  /(?:^|\/)bitnami(?:legacy)?\/[\w-]+$/,
  /(?:^|\/)(?:fluentd[\w-]*|filebeat|metricbeat|datadog-agent|agent)$/,
  // Some builds have a shell, some do not: worth one try.
  /(?:^|\/)kube-proxy$/,
];

/** Never with a shell: empty or "distroless" bases. */
const WITHOUT_SHELL =
  /(?:^|\/)(?:pause|coredns|metrics-server|csi-[\w-]+|livenessprobe|kube-(?:apiserver|scheduler|controller-manager)|etcd)$|distroless|(?:^|\/)static$|windows|nanoserver/;

/** Images of a node that a shell can be run from, best first; one name for each. */
export function shellImages({ images }: Pick<Node, 'images'>): readonly string[] {
  return images
    .flatMap(({ names, sizeBytes }) => {
      const name = bestName(names);
      if (name === undefined) return [];
      const repository = repositoryOf(name);
      if (WITHOUT_SHELL.test(repository)) return [];
      const rank = WITH_SHELL.findIndex((pattern) => pattern.test(repository));
      return rank < 0 ? [] : [{ name, rank, size: sizeBytes ?? 0 }];
    })
    .sort((a, b) => a.rank - b.rank || a.size - b.size)
    .map(({ name }) => name);
}

/** A tag reads better than a digest; either finds the image that is there. */
function bestName(names: readonly string[]): string | undefined {
  const usable = names.filter((name) => !name.startsWith('sha256:') && !name.includes('<none>'));
  return usable.find((name) => !name.includes('@')) ?? usable[0];
}

function repositoryOf(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[\w][\w.-]*$/, '');
}
