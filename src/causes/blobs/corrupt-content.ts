import type { Verdict } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords } from '../shared/failing-host.ts';
import { imageWords, namesOf } from '../shared/names.ts';
import { onOneNode, scopeNote } from '../shared/node-scope.ts';
import { onNode, pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { settle } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisiveLeaf } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'content' }>['problem'];

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly problem: Problem;
}

/** A wrong digest or size is measured; the others have a second explanation. */
const VERDICTS: Partial<Record<Problem, Verdict>> = {
  'digest-mismatch': 'confirmed',
  'size-mismatch': 'confirmed',
  'diff-id-mismatch': 'likely',
  'bad-archive': 'likely',
  'short-read': 'possible',
  'missing-content': 'possible',
  'bad-answer': 'possible',
};

const WHAT: Partial<Record<Problem, string>> = {
  'digest-mismatch': 'does not have the digest that its manifest states',
  'size-mismatch': 'does not have the size that its manifest states',
  'diff-id-mismatch': 'unpacks to something else than its configuration states',
  'bad-archive': 'is no readable archive',
  'short-read': 'ends too early',
  'missing-content': 'is damaged or gone in the content store of the node',
  'bad-answer': 'comes with an answer that cannot be read',
};

/** Other pods got the same content from the same registry lately: then it is this node, or the way to it. */
function noteOf(facts: Facts, problem: Problem): string | undefined {
  if (problem === 'bad-archive' || problem === 'short-read') {
    return scopeNote(facts) ?? 'whether it was stored so, or cut on the way, shows a download over another network';
  }
  return scopeNote(facts);
}

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'content');
  if (witness === undefined) return undefined;
  const { problem } = witness.error.leaf;
  const verdict = VERDICTS[problem];
  if (verdict === undefined) return undefined;
  const note = noteOf(facts, problem);
  return {
    verdict,
    because: [witness.evidence],
    params: { host: failingHost(facts, witness.error), role: hostRole(facts, witness.error), problem },
    detail: problem,
    ...(note === undefined ? {} : { note }),
    ...(verdict === 'confirmed' ? {} : { toDecide: sh`crane validate --remote ${namesOf(facts).image}` }),
  };
}

/** What arrived is not what the manifest promised. */
export const cause = defineCause<Params>({
  id: 'corrupt-content',
  link: 'blobs',
  class: 'network',
  severity: 'high',
  title: 'The content that arrives is not what the manifest states',
  meaning:
    'A layer, configuration or manifest has another digest, size or form than it should. It may be stored so in the ' +
    'registry or a cache, be changed or cut by a proxy on the way, or be damaged on the node. Digests make this safe: the ' +
    'runtime refuses it. Retrying helps only when the damage is on the way.',
  refines: ['unpack-failed'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed commit on ref "layer-sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1": unexpected commit digest sha256:b7f38dbba72a0b208c629ba25069e0e256a2821f3f9f1f35d4576c8a4855691a, expected sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1: failed precondition',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to extract layer sha256:7b803e7e9dc2026ebbaefe79971f1249bd5e12d3bf19e7c5d672d3ac7ed6b7db: archive/tar: invalid tar header: unknown',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": short read: expected 400335 bytes but got 100000: unexpected EOF',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'writing blob: storing blob to file "/var/tmp/container_images_storage12/2": happened during read: Digest did not match, expected sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1, got sha256:b7f38dbba72a0b208c629ba25069e0e256a2821f3f9f1f35d4576c8a4855691a',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: filesystem layer verification failed for digest sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime computed a digest or size that differs from the one stated'],
  ruledOutBy: ['the same blob, read over another network, has the right digest: then the way or the node is at fault'],
  special: [
    'Inspecting proxies replace blocked layers by a page: the digest is then wrong for one layer only.',
    'A right digest around a broken archive means that it was pushed so.',
  ],
  prevention: ['Exempt layer hosts from content inspection.', 'Validate images after migrations and restores.'],
  sample: { host: placeholder('registry'), role: 'registry', problem: 'digest-mismatch' },
  judge: (facts) => settle(facts, judge(facts), { confirmedBy: ['blob-damaged'], ruledOutBy: [] }),
  statement: ({ host, role, problem }, facts) =>
    sentence(`Content of ${imageWords(facts)} from ${hostWords(role, host)} ${WHAT[problem] ?? 'is damaged'}`),
  remedies: ({ host }, facts) => [
    {
      title: 'Check every blob over another network',
      safety: 'green',
      owner: 'developer',
      commands: [sh`crane validate --remote ${namesOf(facts).image}`],
      note: 'PASS: the registry is fine, look at the proxy, the cache and the node. FAIL: the stored image is broken.',
    },
    {
      title: 'Let the node fetch it anew',
      safety: 'yellow',
      owner: 'operator',
      commands: [onNode(facts, sh`crictl rmi ${namesOf(facts).image}`), pullOnNode(facts)],
    },
    {
      title: 'Push the image again; in a cache, delete it so that it is fetched anew',
      safety: 'yellow',
      owner: 'registry',
      commands: [],
      note: `When the copy in ${words(host)} is broken. Build with a new tag rather than overwriting one.`,
    },
  ],
  verify: (_, facts) => [
    { command: sh`crane validate --remote ${namesOf(facts).image}`, expect: 'PASS' },
    podRuns(facts),
  ],
  escalate: ({ host }, facts) => [
    onOneNode(facts)
      ? {
          when: 'one node gets wrong content again and again',
          to: 'platform team (disk, memory or network card of the node)',
          collect: ['digests expected and computed', 'kernel log of the node'],
        }
      : {
          when: `content of ${words(host)} is wrong on several nodes`,
          to: 'the team that runs the registry; security team when a proxy changes content',
          collect: ['digests expected and computed', 'layer by hand, with its first bytes'],
        },
  ],
});
