import type { EvidenceId } from '../core/evidence.ts';
import { type Fact, present, unknown } from '../core/fact.ts';
import type { CaseContext } from './case-context.ts';
import type { Subject } from './facts.ts';
import { hostOf } from './image-name.ts';
import { type PullGroup, pullSights } from './pull-sights.ts';

/** Another pull to compare with. */
export interface Sibling {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly node?: string;
  readonly image: string;
  readonly evidence: EvidenceId;
  /** RFC 3339 of the start or of the pull, when known. */
  readonly at?: string;
  /** Runs from an image that was pulled before (cache), so it proves nothing about the registry now. */
  readonly maybeCached: boolean;
}

export interface Siblings {
  readonly sameImageWorks: readonly Sibling[];
  readonly sameImageFails: readonly Sibling[];
  readonly sameHostWorks: readonly Sibling[];
  readonly sameHostFails: readonly Sibling[];
  /** Pulls of any image on the same node. */
  readonly sameNodeWorks: readonly Sibling[];
  readonly sameNodeFails: readonly Sibling[];
  /** All failing pulls of this image or host are on one node while others work elsewhere. */
  readonly oneNodeOnly: boolean;
}

/** Siblings that are named per kind; more would say the same. */
const MAX_SIBLINGS = 20;

/** How other pulls of the same image, host or node fare. */
export function siblingsOf({ index, subject }: CaseContext): Fact<Siblings> {
  const { image, node } = subject;
  if (index.pods.length === 0 || image === undefined) return unknown('other pods with the same image or registry');
  const sights = pullSights(index);
  const host = hostOf(image);
  const sameImage = sights.byImage(image);
  const sameHost = host === undefined ? undefined : sights.byHost(host);
  const sameNode = node === undefined ? undefined : sights.byNode(node);
  const siblings: Siblings = {
    sameImageWorks: others(sameImage.works, subject),
    sameImageFails: others(sameImage.fails, subject),
    sameHostWorks: others(sameHost?.works, subject),
    sameHostFails: others(sameHost?.fails, subject),
    sameNodeWorks: others(sameNode?.works, subject),
    sameNodeFails: others(sameNode?.fails, subject),
    oneNodeOnly: sameHost !== undefined && isOneNodeOnly(node, sameHost),
  };
  return present(siblings, []);
}

/** The first ones that are not the subject itself. */
function others(pulls: readonly Sibling[] = [], { namespace = '', pod, container }: Subject): readonly Sibling[] {
  const first = pulls.slice(0, MAX_SIBLINGS + 1);
  return first
    .filter((s) => s.pod !== pod || s.namespace !== namespace || s.container !== container)
    .slice(0, MAX_SIBLINGS);
}

/** A cached image hides a fault on the good nodes, so only pulls that asked the registry count as working. */
function isOneNodeOnly(node: string | undefined, { failingNodes, workingNodes }: PullGroup): boolean {
  if (node === undefined || [...failingNodes].some((failing) => failing !== node)) return false;
  return [...workingNodes].some((working) => working !== node);
}
