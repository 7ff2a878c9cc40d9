import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { DiskFact } from '../../facts/disk.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as diskFull } from './disk-full.ts';
import { cause as filesystem } from './filesystem-error.ts';
import { cause as unpack } from './unpack-failed.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const LAYER = `sha256:${'a'.repeat(64)}`;
const SNAPSHOT = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/6/fs/usr/lib/lib.so';

function pull(failure: string): string {
  return `failed to pull and unpack image "${IMAGE}": ${failure}`;
}

function extract(failure: string): string {
  return pull(`failed to extract layer ${LAYER}: ${failure}: unknown`);
}

const FULL = pull(
  'failed to copy: failed to send write: write /var/lib/containerd/io.containerd.content.v1.content/ingest/71ca/data: no space left on device',
);

function disk(fact: DiskFact) {
  return { disk: present(fact, ['node/1']) };
}

describe('disk-full', () => {
  it('is confirmed by the word of the kernel, bytes or inodes unsaid', () => {
    const judged = diskFull.judge(podFacts(FULL, IMAGE));
    expect(judged?.verdict).toBe('confirmed');
    expect(judged?.detail).toBeUndefined();
    expect(judged?.toDecide).toContain('df -i');
  });

  it('says inodes when a sign on the node does, and cites it', () => {
    const signs = [{ what: 'inodes' as const, text: 'attempting to reclaim inodes', evidence: 'event/9' }];
    const facts = podFacts(FULL, IMAGE, disk({ pressure: true, signs }));
    const judged = diskFull.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'inodes', because: ['event/1', 'event/9'] });
    expect(diskFull.statement(judged?.params, facts)).toMatch(/^node-a has no free inodes/);
  });

  it('says quota when the text does', () => {
    expect(
      diskFull.judge(textFacts('failed to register layer: write /usr/lib/lib.so: disk quota exceeded'))?.detail,
    ).toBe('quota');
  });

  it('overrules the word "pull" of a record that the kubelet could not write', () => {
    const text = `Failed to record image pull intent for container image "${IMAGE}": open /var/lib/kubelet/image_manager/pulling/sha256-71ca: no space left on device`;
    expect(diskFull.judge(textFacts(text))?.overrules?.[0]?.note).toContain('the registry was not asked');
  });

  it('says nothing on a disk that is under pressure while the pull fails for another reason', () => {
    const facts = podFacts(
      pull(`failed to resolve image: ${IMAGE}: not found`),
      IMAGE,
      disk({ pressure: true, signs: [] }),
    );
    expect(diskFull.judge(facts)).toBeUndefined();
  });
});

describe('file systems and unpacking', () => {
  it.each([
    ['read-only', extract(`write ${SNAPSHOT}: read-only file system`), 'confirmed', undefined],
    ['input/output error', extract(`write ${SNAPSHOT}: input/output error`), 'confirmed', undefined],
    [
      'no permission before unpacking',
      pull('failed to copy: open /var/lib/containerd/ingest/1: permission denied'),
      'likely',
      undefined,
    ],
    ['no permission while unpacking', extract(`open ${SNAPSHOT}: permission denied`), 'possible', 'likely'],
    [
      'an owner that cannot be set',
      extract(`failed to Lchown "${SNAPSHOT}" for UID 900000, GID 900000: lchown ${SNAPSHOT}: invalid argument`),
      undefined,
      'confirmed',
    ],
    [
      'a snapshotter that is not loaded',
      pull('unable to resolve snapshotter "stargz": snapshotter not loaded: stargz: invalid argument'),
      undefined,
      'confirmed',
    ],
    ['a broken archive', extract('archive/tar: invalid tar header'), undefined, 'possible'],
    ['a full disk', extract(`write ${SNAPSHOT}: no space left on device`), undefined, undefined],
  ])('%s: file system %s, unpacking %s', (_, text, asFilesystem, asUnpack) => {
    expect(filesystem.judge(textFacts(text))?.verdict).toBe(asFilesystem);
    expect(unpack.judge(textFacts(text))?.verdict).toBe(asUnpack);
  });

  it('keeps destructive remedies last and red', () => {
    const facts = podFacts(extract(`write ${SNAPSHOT}: read-only file system`), IMAGE);
    const safety = filesystem.remedies(filesystem.judge(facts)?.params, facts).map((r) => r.safety);
    expect(safety).toEqual(['green', 'yellow', 'red']);
  });
});
