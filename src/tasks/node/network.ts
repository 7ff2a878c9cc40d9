import type { NodeBundle } from '../../core/node/bundle.ts';
import { NETWORK_SECTIONS, type NetworkAnswer, type NetworkSectionName } from '../../core/node/network-answer.ts';
import { printable } from '../../core/printable.ts';
import { UsageError } from '../../core/usage-error.ts';
import { judgeNetwork } from '../../nodelogs/network/network.ts';
import { namesIn } from './question.ts';

export interface NetworkQuestion {
  readonly node?: string;
  /** Names of sections; none: all. */
  readonly sections?: readonly string[];
  readonly images?: readonly string[];
  /** Registry hosts, for those who have no image at hand. */
  readonly hosts?: readonly string[];
  readonly now: string;
  readonly signal?: AbortSignal;
}

/** `pullwhy node network`, and the tool `network_diagnostics`. */
export async function nodeNetwork(bundle: NodeBundle, question: NetworkQuestion): Promise<NetworkAnswer> {
  const { node, signal, now, images = [], hosts = [] } = question;
  const wanted = [...images, ...hosts.map((host) => `${host.replace(/\/+$/, '')}/any/image:any`)];
  const answer = await judgeNetwork(bundle, {
    sections: sectionsOf(question.sections),
    now,
    ...(node === undefined ? {} : { node }),
    ...(wanted.length === 0 ? {} : { images: wanted }),
    ...(signal === undefined ? {} : { signal }),
  });
  return printable(answer);
}

function sectionsOf(names: readonly string[] | undefined): readonly NetworkSectionName[] {
  const wanted = namesIn(names).map((name) => name.replaceAll('-', '_'));
  if (wanted.length === 0 || wanted.includes('all')) return NETWORK_SECTIONS;
  return [...new Set(wanted)].map((name) => {
    const known = NETWORK_SECTIONS.find((section) => section === name);
    if (known === undefined) throw new UsageError(`no network section ${name}: use ${NETWORK_SECTIONS.join(', ')}`);
    return known;
  });
}
