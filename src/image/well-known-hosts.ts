/** Public registry hosts that people type by hand; a host within a slip of one of these was probably meant to be it. */
export const WELL_KNOWN_HOSTS: readonly string[] = [
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'ghcr.io',
  'docker.pkg.github.com',
  'quay.io',
  'gcr.io',
  'us.gcr.io',
  'eu.gcr.io',
  'asia.gcr.io',
  'k8s.gcr.io',
  'mirror.gcr.io',
  'marketplace.gcr.io',
  'registry.k8s.io',
  'public.ecr.aws',
  'mcr.microsoft.com',
  'registry.gitlab.com',
  'nvcr.io',
  'registry.redhat.io',
  'registry.access.redhat.com',
  'registry.connect.redhat.com',
  'registry.fedoraproject.org',
  'registry.opensuse.org',
  'registry.suse.com',
  'docker.elastic.co',
  'container-registry.oracle.com',
  'icr.io',
  'us.icr.io',
  'cp.icr.io',
  'lscr.io',
  'dhi.io',
  'cgr.dev',
  'ttl.sh',
  'registry.digitalocean.com',
  'registry.heroku.com',
  'registry.fly.io',
  'codeberg.org',
  'docker.dragonflydb.io',
  'docker.redpanda.com',
  'registry.developers.crunchydata.com',
  'releases-docker.jfrog.io',
  'xpkg.upbound.io',
  'xpkg.crossplane.io',
  'docker.cloudsmith.io',
  'projects.packages.broadcom.com',
  'projects.registry.vmware.com',
  'registry.cn-hangzhou.aliyuncs.com',
  'ccr.ccs.tencentyun.com',
  'docker.m.daocloud.io',
];

/** The fixed end of the hosts of registries that give every customer an own host. */
export interface HostSuffix {
  readonly suffix: string;
  /** What else such a host holds; the suffix alone is shared with other services. */
  readonly holds: string;
}

export const WELL_KNOWN_SUFFIXES: readonly HostSuffix[] = [
  { suffix: 'azurecr.io', holds: '.' },
  { suffix: 'gcr.io', holds: '.' },
  { suffix: 'jfrog.io', holds: '.' },
  { suffix: 'amazonaws.com', holds: '.ecr.' },
  { suffix: 'pkg.dev', holds: '-docker.' },
];
