import type { EvidenceId } from '../../core/evidence.ts';
import type { Leaf, PullError } from '../../core/pull-error.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OfferedCredential } from '../../facts/keyring.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { perFacts } from './per-facts.ts';
import { registryKindOf } from './registry-of.ts';
import { decisive } from './witness.ts';

/** What came with the refused request, as far as its text tells. */
export type Came = 'nothing' | 'credential' | 'unsaid';

/** The registry, or its token endpoint, refused a request for what came with it, or for what did not. */
export interface Refusal {
  readonly witness: Witness;
  readonly came: Came;
  readonly status?: number;
  /** The answer shows that a login is wanted; it does not where a missing repository is answered alike. */
  readonly wantsLogin: boolean;
}

/** The family of words or the status of a refusal, before the offer is known. */
interface Reading {
  readonly came: Came;
  readonly status?: number;
  /** 401, or words that mean it. */
  readonly asksWho: boolean;
}

/** Registries that answer "missing" and "private" alike, before and after a login. */
const HIDES_MISSING: ReadonlySet<string> = new Set(['docker-hub', 'ghcr', 'quay']);

const AUTH_READINGS: Partial<Record<Extract<Leaf, { kind: 'auth' }>['problem'], Reading>> = {
  'no-credentials': { came: 'nothing', asksWho: true },
  'anonymous-refused': { came: 'nothing', asksWho: true },
  'credentials-refused': { came: 'credential', asksWho: true },
  'token-expired': { came: 'credential', asksWho: true },
  unauthorized: { came: 'unsaid', status: 401, asksWho: true },
  'insufficient-scope': { came: 'unsaid', asksWho: false },
  'access-denied': { came: 'unsaid', asksWho: false },
  permission: { came: 'unsaid', status: 403, asksWho: false },
};

/** Registries that refuse the login itself in the same way when the repository is missing. */
const AMBIGUOUS_LOGIN: ReadonlySet<string> = new Set(['ghcr', 'quay']);

/** The decisive message as a refusal of who asks; undefined when the pull fails for anything else. */
export const refusal = perFacts((facts): Refusal | undefined => {
  const witness = decisive(facts);
  const reading = witness === undefined ? undefined : (basicOnly(witness.error, facts) ?? readingOf(witness.error));
  if (witness === undefined || reading === undefined) return undefined;
  const came =
    witness.error.token === 'anonymous' ? 'nothing' : witness.error.token === 'oauth' ? 'credential' : reading.came;
  const basicChallenge = witness.error.leaf.kind === 'auth' && witness.error.leaf.problem === 'no-credentials';
  const status = reading.status ?? witness.error.request?.status ?? saidStatus(witness.error.text);
  return {
    witness,
    came,
    ...(status === undefined ? {} : { status }),
    wantsLogin: basicChallenge || ((reading.asksWho || came === 'nothing') && !ambiguousLogin(facts)),
  };
});

/** As `refusal`, for pulls that use the pod's secrets: a sandbox image never does (kubelet, kuberuntime). */
export function podRefusal(facts: Facts): Refusal | undefined {
  const found = facts.subject.kind === 'sandbox' ? undefined : refusal(facts);
  return found?.witness.error.sandbox === true ? undefined : found;
}

/** Whether this image's registry answers the same for a missing and for a private repository. */
export function hidesMissing(facts: Facts): boolean {
  return HIDES_MISSING.has(registryKindOf(facts) ?? '');
}

function ambiguousLogin(facts: Facts): boolean {
  return AMBIGUOUS_LOGIN.has(registryKindOf(facts) ?? '');
}

/** The credentials that the pod's secrets really offer for the image; an entry without a user counts as none. */
export function usableOffer(facts: Facts): readonly OfferedCredential[] | undefined {
  if (facts.offer.state === 'unknown') return undefined;
  return facts.offer.state === 'absent' ? [] : facts.offer.value.credentials.filter((c) => !c.emptyUser);
}

/** Evidence shows that the pod's secrets offer nothing for the image. */
export function offersNothing(facts: Facts): boolean {
  return usableOffer(facts)?.length === 0;
}

/** Evidence of the refusal together with that of other facts, each once. */
export function citing(found: Refusal, ...more: readonly (readonly EvidenceId[])[]): readonly EvidenceId[] {
  return [...new Set([found.witness.evidence, ...more.flat()])];
}

/** ECR knows Basic only, so containerd's "pull access denied" is always the start of "no basic auth credentials" there. */
function basicOnly({ leaf, runtime }: PullError, facts: Facts): Reading | undefined {
  const cutOff = runtime === 'containerd' && leaf.kind === 'auth' && leaf.problem === 'access-denied';
  return cutOff && registryKindOf(facts) === 'ecr' ? { came: 'nothing', asksWho: true } : undefined;
}

function readingOf(error: PullError): Reading | undefined {
  if (error.stage === 'blob' && !asksRegistry(error)) return undefined;
  if (error.leaf.kind === 'auth') return AUTH_READINGS[error.leaf.problem];
  if (error.leaf.kind !== 'http') return undefined;
  const { status } = error.leaf;
  // public.ecr.aws answers 400 to a bearer that is over.
  if (status === 400 && error.token === 'oauth') return { came: 'credential', status, asksWho: true };
  if (status !== 401 && status !== 403) return undefined;
  return { came: 'unsaid', status, asksWho: status === 401 };
}

/** Up to 1.6.24 containerd names no URL with the status of a token request, so the request is not decoded. */
function saidStatus(text: string): number | undefined {
  const said = /\b(40[13])\b \(?(?:unauthorized|forbidden)\b/i.exec(text)?.[1];
  return said === undefined ? undefined : Number(said);
}

/** A layer request to the registry itself; after a redirect the URL is one of a blob store. */
function asksRegistry(error: PullError): boolean {
  return error.request === undefined || /^https?:\/\/[^/]+\/v2\//.test(error.request.url);
}
