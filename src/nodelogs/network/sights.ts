import type { Fact } from '../../core/fact.ts';
import type { PullTarget } from '../../core/node/network-answer.ts';
import type { Clock } from '../sections/clock.ts';
import type { Conntrack, NetworkLink, Routes } from '../sections/network-state.ts';
import type { ProxySettings } from '../sections/proxy.ts';
import type { HostsEntry, Resolver } from '../sections/resolver.ts';
import type { NetworkLines, NetworkWord } from './network-lines.ts';

/** What was collected of a node's network, as far as it was asked for. */
export interface NetworkSightsOfNode {
  readonly targets: readonly PullTarget[];
  readonly lines: ReadonlyMap<NetworkWord, NetworkLines>;
  readonly resolver: Fact<Resolver>;
  readonly hostsFile: Fact<readonly HostsEntry[]>;
  /** One per program; absent when its unit was seen and sets none. */
  readonly proxies: Fact<readonly ProxySettings[]>;
  readonly routes: Fact<Routes>;
  readonly links: Fact<readonly NetworkLink[]>;
  readonly conntrack: Fact<Conntrack>;
  readonly clock: Fact<Clock>;
  /** Rules of kube-proxy in the packet filter. */
  readonly kubeProxyRules: Fact<boolean>;
  /** What the collector wrote about the metadata service. */
  readonly imds: Fact<string>;
}
