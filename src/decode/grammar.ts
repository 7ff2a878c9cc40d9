import { AUTH_LEAVES } from './leaves/auth.ts';
import { CONTENT_LEAVES } from './leaves/content.ts';
import { CREDENTIAL_LEAVES } from './leaves/credential.ts';
import { DNS_LEAVES } from './leaves/dns.ts';
import { NETWORK_LEAVES } from './leaves/network.ts';
import { NOT_PULL_LEAVES } from './leaves/not-pull.ts';
import { PLATFORM_LEAVES } from './leaves/platform.ts';
import { POLICY_LEAVES } from './leaves/policy.ts';
import { PROGRESS_LEAVES } from './leaves/progress.ts';
import { PROXY_LEAVES } from './leaves/proxy.ts';
import { REGISTRY_LEAVES } from './leaves/registry.ts';
import { RUNTIME_LEAVES } from './leaves/runtime.ts';
import { STORAGE_LEAVES } from './leaves/storage.ts';
import { TLS_LEAVES } from './leaves/tls.ts';
import { type Rule, RuleIndex } from './rule.ts';
import { CONTAINERD_WRAPPERS } from './wrappers/containerd.ts';
import { CONTAINERS_IMAGE_WRAPPERS } from './wrappers/crio.ts';
import { DOCKER_WRAPPERS } from './wrappers/docker.ts';
import { KUBELET_WRAPPERS } from './wrappers/kubelet.ts';
import { REQUEST_WRAPPERS } from './wrappers/request.ts';

/** Every rule. Where two have the same words, the earlier table is asked first. */
const RULES: readonly Rule[] = [
  ...PROGRESS_LEAVES,
  ...PROXY_LEAVES,
  ...KUBELET_WRAPPERS,
  ...CONTAINERD_WRAPPERS,
  ...CONTAINERS_IMAGE_WRAPPERS,
  ...DOCKER_WRAPPERS,
  ...REQUEST_WRAPPERS,
  ...NOT_PULL_LEAVES,
  ...POLICY_LEAVES,
  ...CREDENTIAL_LEAVES,
  ...RUNTIME_LEAVES,
  ...REGISTRY_LEAVES,
  ...AUTH_LEAVES,
  ...PLATFORM_LEAVES,
  ...CONTENT_LEAVES,
  ...TLS_LEAVES,
  ...DNS_LEAVES,
  ...NETWORK_LEAVES,
  ...STORAGE_LEAVES,
];

/** Rules that apply where a segment starts. */
export const GRAMMAR = new RuleIndex(RULES);

/** Rules that apply anywhere in running text. */
export const PROSE = new RuleIndex(RULES.filter((rule) => rule.prose === true));
