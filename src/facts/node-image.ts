import { type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import type { CaseContext } from './case-context.ts';
import { containerId } from './evidence-ids.ts';
import { newest } from './pod-events.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface ImageOnNode {
  readonly onNode: boolean;
  /** `node-status` lists at most 50 images; `event` is the kubelet's own word; `sibling` runs from it. */
  readonly shownBy: 'node-status' | 'event' | 'sibling';
}

/** The kubelet reports at most so many images; a shorter list is whole (nodeStatusMaxImages, 1.36). */
const MAX_STATUS_IMAGES = 50;

/** Whether the node holds the image. */
export function imageOnNodeOf({ index, subject, events }: CaseContext): Fact<ImageOnNode> {
  const { image, node } = subject;
  const kept = newest(events, 'present');
  if (kept !== undefined) return present({ onNode: true, shownBy: 'event' }, [kept.seen.id]);
  if (image === undefined || node === undefined) return unknown('the images on the node');
  const running = runningFrom(index, image, node);
  if (running !== undefined) return present({ onNode: true, shownBy: 'sibling' }, [running]);
  const seen = index.find('Node', undefined, node);
  const images = seen?.object.images ?? [];
  if (seen === undefined || images.length === 0) {
    return unknown(
      `the images on node ${node}`,
      'not-collected',
      sh`kubectl get node ${node} -o jsonpath='{.status.images}'`,
    );
  }
  if (imageNames(index, seen).has(index.canonical(image)))
    return present({ onNode: true, shownBy: 'node-status' }, [seen.id]);
  if (images.length < MAX_STATUS_IMAGES) return present({ onNode: false, shownBy: 'node-status' }, [seen.id]);
  return unknown(`whether node ${node} has the image: its status lists ${MAX_STATUS_IMAGES} images only`, 'truncated');
}

/** The names in a node's status are normalized already. */
function imageNames(index: SnapshotIndex, node: SeenOf<'Node'>): ReadonlySet<string> {
  return index.once(`images of ${node.id}`, () => new Set(node.object.images.flatMap(({ names }) => names)));
}

function runningFrom(index: SnapshotIndex, image: string, node: string): string | undefined {
  const running = index.once('running images by node', () => {
    const found = new Map<string, string>();
    for (const pod of index.pods) {
      const { spec, status } = pod.object;
      for (const container of spec.containers) {
        const runs = status.containers.some((s) => s.name === container.name && s.state.running !== undefined);
        if (!runs || container.image === undefined) continue;
        found.set(`${spec.nodeName ?? ''} ${index.canonical(container.image)}`, containerId(pod.id, container.name));
      }
    }
    return found;
  });
  return running.get(`${node} ${index.canonical(image)}`);
}
