import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords } from '../shared/failing-host.ts';
import { imageWords, namesOf } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { settle } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
}

function isMissing({ leaf, stage, registryCode }: PullError): boolean {
  if (leaf.kind === 'not-found') return leaf.what === 'blob';
  return (leaf.kind === 'http' && leaf.status === 404 && stage === 'blob') || registryCode === 'BLOB_UNKNOWN';
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined || !isMissing(witness.error)) return undefined;
  const role = hostRole(facts, witness.error);
  return {
    verdict: 'likely' as const,
    because: [witness.evidence],
    params: { host: failingHost(facts, witness.error), role },
    note:
      role === 'mirror'
        ? 'a mirror or cache lost it; the upstream may still have it'
        : 'the manifest was read, so the image exists',
    toDecide: sh`crane validate --remote ${namesOf(facts).image}`,
  };
}

/** The manifest names a layer or configuration that the registry no longer has. */
export const cause = defineCause<Params>({
  id: 'blob-missing',
  link: 'blobs',
  class: 'config',
  severity: 'high',
  title: 'A layer of the image is gone from the registry',
  meaning:
    'The registry has the manifest, but not a layer or the configuration that it names: garbage collection ran during a ' +
    'push, a replication or copy was incomplete, storage was lost, or a pull-through cache threw it away and cannot fetch ' +
    'it again. Every new node fails; nodes that have the image do not notice.',
  refines: ['tag-not-found', 'repository-not-found', 'digest-not-found'],
  shapes: [
    {
      example:
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1 (application/vnd.oci.image.config.v1+json) from remote: not found',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: content at https://registry.acme.example/v2/shop/api/blobs/sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1 not found: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example: 'parsing image configuration: fetching blob: blob unknown to registry',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    { example: 'Error response from daemon: unknown blob', from: 'cri-dockerd', gives: 'first' },
  ],
  confirmedBy: ['a HEAD request for the blob answers 404 while the manifest answers 200'],
  ruledOutBy: ['the blob can be read with the same credentials'],
  special: [
    'Harbor, Distribution: garbage collection while images are pushed deletes layers in use.',
    'Pull-through caches: repair by deleting the image in the cache, so that it is fetched anew.',
  ],
  prevention: [
    'Run garbage collection in read-only mode.',
    'Copy images with tools that check every blob (crane, skopeo), and validate after migrations.',
  ],
  sample: { host: placeholder('registry'), role: 'registry' },
  judge: (facts) => settle(facts, judge(facts), { confirmedBy: ['blob-missing'], ruledOutBy: [] }),
  statement: ({ host, role }, facts) =>
    sentence(`${hostWords(role, host)} has the manifest of ${imageWords(facts)}, but not all of its layers`),
  remedies: ({ host }, facts) => [
    {
      title: 'See which blob is gone',
      safety: 'green',
      owner: 'developer',
      commands: [sh`crane validate --remote ${namesOf(facts).image}`],
      note: 'Needs the credentials of the pod where the image is private.',
    },
    {
      title: 'Push the image again, from the build or from a node that has it',
      safety: 'yellow',
      owner: 'developer',
      commands: [sh`crane copy ${placeholder('image in another registry')} ${namesOf(facts).image}`],
      note: 'Clients skip layers that they believe are there: after a loss of storage delete the tag first, or build anew.',
    },
    {
      title: `Repair the storage or cache of ${words(host)}`,
      safety: 'yellow',
      owner: 'registry',
      commands: [],
    },
  ],
  verify: (_, facts) => [
    { command: sh`crane validate --remote ${namesOf(facts).image}`, expect: 'PASS' },
    podRuns(facts),
  ],
  escalate: ({ host }) => [
    {
      when: 'more than one image has lost layers',
      to: `the team that runs ${words(host)}`,
      collect: ['digests of the missing blobs', 'time of the last garbage collection, migration or restore'],
    },
  ],
});
