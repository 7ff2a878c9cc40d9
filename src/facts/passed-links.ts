import type { EvidenceId } from '../core/evidence.ts';
import { LINKS, type Link, linkIndex } from '../core/pull-chain.ts';
import type { PullError, Stage } from '../core/pull-error.ts';
import type { ImageReference } from '../image/reference.ts';
import type { CaseContext } from './case-context.ts';
import { containerId } from './evidence-ids.ts';
import type { Facts } from './facts.ts';
import { newest } from './pod-events.ts';
import type { Witness } from './pull-error.ts';

export interface PassedLink {
  readonly link: Link;
  readonly because: readonly EvidenceId[];
  readonly note: string;
}

/** Links that evidence shows to be passed in this pull; the first proof of each. */
export function passedLinksOf(context: CaseContext, facts: Facts): readonly PassedLink[] {
  const proofs = [
    ...fromSuccess(context),
    ...fromObjects(context),
    ...fromReference(context, facts),
    ...fromError(context, facts),
  ];
  return LINKS.flatMap((link) => proofs.find((proof) => proof.link === link) ?? []);
}

/** A pull that worked passed everything up to the disk. */
function fromSuccess({ events }: CaseContext): readonly PassedLink[] {
  const pulled = newest(events, 'pulled');
  const failed = newest(events, 'failed', 'back-off');
  if (pulled === undefined || failed !== undefined) return [];
  const upTo = LINKS.filter((link) => linkIndex(link) <= linkIndex('storage'));
  return upTo.map((link) => ({ link, because: [pulled.seen.id], note: 'the image was pulled' }));
}

function fromObjects({ pod, podEvents, events, subject }: CaseContext): readonly PassedLink[] {
  const exists = pod?.id ?? (subject.pod === undefined ? undefined : podEvents[0]?.seen.id);
  const pulling = newest(events, 'pulling');
  return [
    ...(exists === undefined
      ? []
      : [{ link: 'admission' as const, because: [exists], note: 'the API server accepted the pod' }]),
    ...(pulling === undefined
      ? []
      : [
          {
            link: 'pull-policy' as const,
            because: [pulling.seen.id],
            note: 'the kubelet decided to pull and was allowed to',
          },
        ]),
  ];
}

/** A name without a host goes to Docker Hub, which may not be what was meant, so only an explicit host counts. */
function fromReference({ pod, container }: CaseContext, { reference, pullError }: Facts): readonly PassedLink[] {
  if (reference.state !== 'present' || !reference.value.ok) return [];
  const { raw, domain } = reference.value.reference;
  if (!raw.startsWith(`${domain}/`)) return [];
  const because =
    reference.because.length > 0 ? reference.because : pullError.state === 'present' ? pullError.because : [];
  const cited = pod !== undefined && container !== undefined ? [containerId(pod.id, container.name)] : because;
  return [{ link: 'reference', because: cited, note: `it parses, with the registry ${domain}` }];
}

function fromError({ logs, subject }: CaseContext, facts: Facts): readonly PassedLink[] {
  if (facts.pullError.state !== 'present' || subject.kind === 'owner') return [];
  const { decisive } = facts.pullError.value;
  const image =
    facts.reference.state === 'present' && facts.reference.value.ok ? facts.reference.value.reference : undefined;
  const mirrorsSeen = logs.some((r) => r.kind === 'host-failed' || r.kind === 'host-config');
  return provenBy(decisive.error, image, mirrorsSeen).map(({ link, note }) => ({
    link,
    because: becauseOf(decisive),
    note,
  }));
}

function becauseOf(witness: Witness): readonly EvidenceId[] {
  return [witness.evidence];
}

/** The stages in the order of a pull. */
const STAGE_ORDER: readonly Stage[] = [
  'none',
  'backoff',
  'pull',
  'admission',
  'reference',
  'policy',
  'secret',
  'credential',
  'throttle',
  'runtime',
  'resolve',
  'authorize',
  'manifest',
  'blob',
  'unpack',
  'signature',
];

/** Position of a stage in a pull. */
function stageIndex(stage: Stage): number {
  return STAGE_ORDER.indexOf(stage);
}

interface Proof {
  readonly link: Link;
  readonly note: string;
}

const REACHED: readonly Link[] = ['name-resolution', 'connection', 'tls', 'registry'];
/** What only a registry says, whoever asks. */
const ANSWERS: ReadonlySet<string> = new Set(['http', 'rate-limit', 'auth']);
const LET_IN: readonly Link[] = ['credentials', 'authentication', 'authorization'];

/**
 * What an error proves by how far the pull came. A later stage needs the earlier ones to have worked, at the
 * registry itself; a failure at another host (mirror, token realm, layer storage) says nothing of the registry's own.
 */
export function provenBy(error: PullError, image: ImageReference | undefined, mirrorsSeen: boolean): readonly Proof[] {
  const { stage, leaf } = error;
  if (leaf.kind === 'proxy' || leaf.kind === 'absent' || stageIndex(stage) < stageIndex('resolve')) return [];
  const local: Proof[] = [
    { link: 'pull-policy', note: 'the runtime was asked to pull' },
    { link: 'runtime', note: 'the container runtime answered' },
  ];
  return [...local, ...remote(error, image?.domain, mirrorsSeen)];
}

function remote(error: PullError, registry: string | undefined, mirrorsSeen: boolean): readonly Proof[] {
  const { stage } = error;
  const name = registry ?? 'the registry';
  if (stage === 'blob' || stage === 'unpack') {
    const throughManifest = [
      ...prove(REACHED, `${name} delivered the manifest`),
      ...prove(LET_IN, `${name} let this pull read the manifest`),
    ];
    const counted = error.leaf.kind === 'rate-limit' ? [] : prove(['quota'], 'the manifest was delivered');
    return [...throughManifest, ...counted, ...prove(['manifest'], 'the manifest was found and read')];
  }
  if (stage === 'manifest' || stage === 'signature') {
    if (ANSWERS.has(error.leaf.kind) && !mirrorsSeen) return prove(REACHED, `${name} answered`);
    if (error.leaf.kind === 'platform' || error.leaf.kind === 'media-type' || error.leaf.kind === 'signature') {
      return [
        ...prove(REACHED, `${name} delivered the manifest`),
        ...prove([...LET_IN, 'quota'], `${name} let this pull read the manifest`),
      ];
    }
    // "manifest unknown" is a registry's own answer to someone whom it let in.
    if (error.leaf.kind === 'not-found' && error.leaf.what !== 'reference' && !mirrorsSeen)
      return [
        ...prove(REACHED, `${name} answered`),
        ...prove([...LET_IN, 'quota'], `${name} answered "not found", not "unauthorized"`),
      ];
    return [];
  }
  if (stage === 'authorize') return prove(REACHED, `${name} asked for a token`);
  return stage === 'resolve' ? resolved(error, registry, mirrorsSeen) : [];
}

function resolved(error: PullError, registry: string | undefined, mirrorsSeen: boolean): readonly Proof[] {
  const { leaf, host, request } = error;
  const asked = host ?? registry ?? 'the registry';
  // The error of a mirror proves nothing of the registry.
  if (host !== undefined && registry !== undefined && !isHostOf(host, registry)) return [];
  const secure = request?.url.startsWith('http://') !== true;
  const answered = prove(
    secure ? ['name-resolution', 'connection', 'tls'] : ['name-resolution', 'connection'],
    `${asked} answered`,
  );
  switch (leaf.kind) {
    case 'dial':
      return leaf.address === undefined || /^[\d.:[\]]+$/.test(asked)
        ? []
        : prove(['name-resolution'], `the name led to ${leaf.address}`);
    case 'connection':
      return prove(['name-resolution'], `${asked} was connected`);
    case 'tls':
      return prove(['name-resolution', 'connection'], `${asked} was connected`);
    case 'http':
      return answered;
    case 'auth':
    case 'rate-limit':
      return [...answered, ...prove(['registry'], `${asked} answered as a registry`)];
    case 'not-found':
      // Without a request in the text a mirror may have answered, whatever became of the registry itself.
      return mirrorsSeen && request === undefined
        ? []
        : [
            ...answered,
            ...prove(['registry'], `${asked} answered as a registry`),
            ...prove([...LET_IN, 'quota'], `${asked} answered "not found", not "unauthorized"`),
          ];
    default:
      return [];
  }
}

/** Docker Hub answers at another name than its images carry. */
function isHostOf(host: string, registry: string): boolean {
  return host === registry || (registry === 'docker.io' && /(?:^|\.)docker\.(?:io|com)$/.test(host));
}

function prove(links: readonly Link[], note: string): Proof[] {
  return links.map((link) => ({ link, note }));
}
