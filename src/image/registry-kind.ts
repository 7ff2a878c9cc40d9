import { isPrivateAddress } from './ip-address.ts';

export type RegistryKind =
  | 'docker-hub'
  | 'ecr'
  | 'ecr-public'
  | 'gar'
  | 'gcr'
  | 'acr'
  | 'ghcr'
  | 'quay'
  | 'gitlab'
  | 'harbor'
  | 'artifactory'
  | 'k8s'
  | 'mcr'
  | 'other';

/** Nodes log in to these by their own cloud identity, through a credential provider of the kubelet. */
const BY_NODE_IDENTITY: ReadonlySet<RegistryKind> = new Set(['ecr', 'acr', 'gar', 'gcr']);

export function isByNodeIdentity(kind: RegistryKind): boolean {
  return BY_NODE_IDENTITY.has(kind);
}

/** Hosts that say by themselves what they are. A leading `*.` stands for one or more labels. */
const KINDS: readonly (readonly [pattern: string, kind: RegistryKind])[] = [
  ['docker.io', 'docker-hub'],
  ['*.docker.io', 'docker-hub'],
  ['registry.hub.docker.com', 'docker-hub'],
  ['public.ecr.aws', 'ecr-public'],
  ['ecr-public.aws.com', 'ecr-public'],
  ['registry.k8s.io', 'k8s'],
  ['k8s.gcr.io', 'k8s'],
  ['gcr.io', 'gcr'],
  ['*.gcr.io', 'gcr'],
  ['*.pkg.dev', 'gar'],
  ['*.azurecr.io', 'acr'],
  ['*.azurecr.cn', 'acr'],
  ['*.azurecr.us', 'acr'],
  ['ghcr.io', 'ghcr'],
  ['docker.pkg.github.com', 'ghcr'],
  ['quay.io', 'quay'],
  ['registry.gitlab.com', 'gitlab'],
  ['mcr.microsoft.com', 'mcr'],
  ['*.mcr.microsoft.com', 'mcr'],
  ['*.jfrog.io', 'artifactory'],
];

/** Products that run under any host; only a host that names them tells. */
const PRODUCT_WORDS: readonly (readonly [word: RegExp, kind: RegistryKind])[] = [
  [/(?:^|[.-])harbor(?:[.-]|\d|$)/, 'harbor'],
  [/(?:^|[.-])(?:artifactory|jfrog)(?:[.-]|\d|$)/, 'artifactory'],
  [/(?:^|[.-])gitlab(?:[.-]|\d|$)/, 'gitlab'],
];

/** Where registries send clients for layers and tokens beside their own host (vendors' firewall lists, November 2026). */
const BLOB_HOSTS: readonly (readonly [pattern: string, kind: RegistryKind])[] = [
  ['auth.docker.io', 'docker-hub'],
  ['registry-1.docker.io', 'docker-hub'],
  ['production.cloudflare.docker.com', 'docker-hub'],
  ['production.cloudfront.docker.com', 'docker-hub'],
  ['cdn.quay.io', 'quay'],
  ['cdn01.quay.io', 'quay'],
  ['cdn02.quay.io', 'quay'],
  ['cdn03.quay.io', 'quay'],
  ['pkg-containers.githubusercontent.com', 'ghcr'],
  ['*.data.azurecr.io', 'acr'],
  ['*.blob.core.windows.net', 'acr'],
  ['*.data.mcr.microsoft.com', 'mcr'],
  ['*-docker.pkg.dev', 'gar'],
];

/** Blob hosts that carry a region or a bucket inside a label. */
const BLOB_HOST_SHAPES: readonly (readonly [shape: RegExp, kind: RegistryKind])[] = [
  [/^docker-images-prod\.[a-z0-9.-]{1,120}\.r2\.cloudflarestorage\.com$/, 'docker-hub'],
  [/^api\.ecr\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?$/, 'ecr'],
  [/^prod-[a-z0-9-]{1,40}-starport-layer-bucket\.s3[a-z0-9.-]{1,60}\.amazonaws\.com(?:\.cn)?$/, 'ecr'],
  [/^prod-registry-k8s-io-[a-z0-9-]{1,40}\.s3[a-z0-9.-]{1,60}\.amazonaws\.com$/, 'k8s'],
];

/** What kind of registry a host is, by its name only. The port does not matter. */
export function registryKind(domain: string): RegistryKind {
  const host = hostName(domain);
  if (ecrHost(host) !== undefined) return 'ecr';
  return kindByPattern(KINDS, host) ?? kindByShape(PRODUCT_WORDS, host) ?? 'other';
}

/** A private ECR registry. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
  readonly fips?: true;
}

/** The ends of ECR hosts by AWS partition (cloud-provider-aws, ecr-credential-provider). */
const ECR_SUFFIXES = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'on.aws',
  'on.amazonwebservices.com.cn',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/** Account and region of `<account>.dkr.ecr[-fips].<region>.amazonaws.com` and its dual-stack form `dkr-ecr`. */
export function ecrHost(domain: string): EcrHost | undefined {
  const match = /^(\d{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9][a-z0-9_-]{0,62})\.(.{1,64})$/.exec(hostName(domain));
  const [, account, fips, region, suffix] = match ?? [];
  if (account === undefined || region === undefined || !ECR_SUFFIXES.includes(suffix ?? '')) return undefined;
  return fips === undefined ? { account, region } : { account, region, fips: true };
}

/** Ends of names that public DNS never answers. */
const PRIVATE_SUFFIXES = [
  '.svc',
  '.svc.cluster.local',
  '.local',
  '.localhost',
  '.localdomain',
  '.internal',
  '.intranet',
  '.lan',
  '.corp',
  '.home.arpa',
];

/** Whether only a private network can reach this host: an address, a name without public DNS, or a bare name with a port. */
export function isPrivateNetworkHost(host: string): boolean {
  const name = hostName(host);
  if (name === 'localhost' || isPrivateAddress(name)) return true;
  if (PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix))) return true;
  const hasPort = host.length > name.length;
  return hasPort && name !== '' && !name.includes('.') && !name.includes(':');
}

/** Whether the name is a Service name, which the cluster's DNS answers and the node's does not: `<name>.<namespace>.svc…`. */
export function isClusterLocalName(host: string, clusterDomain = 'cluster.local'): boolean {
  const labels = hostName(host).split('.');
  const svc = labels.indexOf('svc', 2);
  if (svc < 0) return false;
  const rest = labels.slice(svc + 1).join('.');
  return (
    rest === '' ||
    rest === clusterDomain.toLowerCase() ||
    PRIVATE_SUFFIXES.some((suffix) => `.${rest}`.endsWith(suffix))
  );
}

/** The registry that uses this host for layers or tokens beside its own. A guess for shared storage such as Azure's. */
export function knownBlobHost(host: string): RegistryKind | undefined {
  const name = hostName(host);
  return kindByPattern(BLOB_HOSTS, name) ?? kindByShape(BLOB_HOST_SHAPES, name);
}

/** Lower case, without port, trailing dot and the brackets' port; an IPv6 literal keeps its brackets. */
function hostName(domain: string): string {
  const host = domain.toLowerCase();
  if (host.startsWith('[')) return host.slice(0, host.indexOf(']') + 1);
  const colon = host.indexOf(':');
  const isBareIpv6 = colon >= 0 && host.indexOf(':', colon + 1) >= 0;
  return isBareIpv6 || colon < 0 ? host.replace(/\.$/, '') : host.slice(0, colon);
}

type Table<Key> = readonly (readonly [key: Key, kind: RegistryKind])[];

function kindByPattern(table: Table<string>, host: string): RegistryKind | undefined {
  return table.find(([pattern]) => (pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : host === pattern))?.[1];
}

function kindByShape(table: Table<RegExp>, host: string): RegistryKind | undefined {
  return host.length > 253 ? undefined : table.find(([shape]) => shape.test(host))?.[1];
}
