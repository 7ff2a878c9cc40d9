/** The steps of asking a registry for an image, in the order of a pull. */
export const PROBE_STAGES = [
  'dns',
  'tcp',
  'proxy',
  'tls',
  'ping',
  'challenge',
  'token',
  'manifest',
  'platform',
  'config',
  'layers',
  'tags',
  'catalog',
] as const;

export type ProbeStage = (typeof PROBE_STAGES)[number];

/** `unknown`: nothing was asked or nothing can be concluded. It is never to be read as a failure. */
export type StageStatus = 'ok' | 'failed' | 'skipped' | 'unknown';

/** Why a stage failed, in words that programs can compare. */
export type ProbeProblem =
  | 'no-such-host'
  | 'dns-failed'
  | 'private-address'
  | 'connection-refused'
  | 'connection-reset'
  | 'no-route'
  | 'timeout'
  | 'proxy-failed'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'plain-http'
  | 'client-certificate'
  | 'handshake'
  | 'not-a-registry'
  | 'server-error'
  | 'rate-limited'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'unusable-challenge'
  | 'insecure-realm'
  | 'redirects'
  | 'too-large'
  /** Other bytes than the digest or size promises. */
  | 'corrupt'
  | 'unreadable'
  | 'no-match'
  | 'unsupported';

/** One request and what came back; nothing secret is in it. */
export interface ProbeExchange {
  /** `HEAD https://registry.acme.example/v2/shop/api/manifests/1.5.0` */
  readonly request: string;
  /** What kind of credential went with it. */
  readonly sent: 'nothing' | 'user and password' | 'token';
  readonly ms: number;
  readonly status?: number;
  /** Headers that tell something, as received. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Beginning of an error's body. */
  readonly body?: string;
  /** Why there is no answer. */
  readonly error?: string;
}

/** One resolved address of a host. */
export interface ProbeAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly reach: 'public' | 'private' | 'loopback' | 'link-local';
}

/** A certificate of the chain that a server showed, its own first. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly fingerprint: string;
}

export interface StageResult {
  readonly stage: ProbeStage;
  readonly status: StageStatus;
  /** One line for people, with the real names. */
  readonly said: string;
  readonly problem?: ProbeProblem;
  readonly host: string;
  /** Whose credential it was asked with: `anonymous`, or the label of a credential. */
  readonly as?: string;
  readonly ms?: number;
  readonly exchanges: readonly ProbeExchange[];
  readonly addresses?: readonly ProbeAddress[];
  readonly certificates?: readonly CertificateFacts[];
  /** The way to another host (token realm, layer store) that this stage needed. */
  readonly way?: readonly StageResult[];
}

/** A platform of an index, as `os/architecture[/variant]`. */
export interface ProbePlatform {
  readonly platform: string;
  readonly digest: string;
  readonly osVersion?: string;
}

/** What the registry has under the reference. */
export interface ProbeManifest {
  readonly kind: 'image' | 'index' | 'schema1' | 'artifact' | 'unknown';
  readonly mediaType: string;
  /** Digest of what the reference names. */
  readonly digest?: string;
  /** Platforms of an index without attestations; of a single image the one of its configuration. */
  readonly platforms: readonly ProbePlatform[];
  /** The platform that was followed. */
  readonly platform?: string;
  readonly configMediaType?: string;
  readonly layers: readonly { readonly digest: string; readonly mediaType: string; readonly size: number }[];
  /** Compressed bytes of the configuration and all layers. */
  readonly bytes?: number;
  /** When the image was built, by its own configuration. */
  readonly created?: string;
}

/** What one identity was answered. */
export interface ProbeAttempt {
  readonly as: string;
  readonly anonymous: boolean;
  readonly answer:
    | 'found'
    | 'not-found'
    /** User and password were not accepted. */
    | 'refused'
    /** Accepted or not needed, but without the right. Of an anonymous request: a login is wanted. */
    | 'denied'
    | 'rate-limited'
    | 'failed'
    /** The credential was not sent, for it was not safe. */
    | 'not-sent';
  readonly said: string;
  readonly status?: number;
  /** Code of the distribution specification: `NAME_UNKNOWN`. */
  readonly code?: string;
}

/** Tags of the repository, as far as they were listed. */
export interface ProbeTags {
  readonly names: readonly string[];
  /** All pages were read. */
  readonly complete: boolean;
}

/** Repositories of the registry, as far as they were listed. */
export type ProbeRepositories = ProbeTags;

/** The count that a registry keeps of pulls, by its headers. */
export interface ProbeRateLimit {
  readonly limit?: number;
  readonly remaining?: number;
  readonly windowSeconds?: number;
  /** Address or account that is counted. */
  readonly source?: string;
}

export type ProbeOutcomeKind =
  | 'pullable'
  | 'tag-missing'
  | 'digest-missing'
  | 'repository-missing'
  /** 404, and nothing tells whether of the repository or of the tag. */
  | 'missing'
  /** Asked without a login and refused: private, or missing. */
  | 'login-wanted'
  | 'credentials-refused'
  | 'denied'
  | 'rate-limited'
  | 'platform-missing'
  | 'not-an-image'
  | 'blob-missing'
  /** A layer or the configuration has other bytes than the manifest says. */
  | 'blob-damaged'
  | 'blob-host-failed'
  | 'unreachable'
  | 'tls-failed'
  | 'not-a-registry'
  | 'server-error'
  | 'not-asked'
  | 'unknown';

export interface ProbeOutcome {
  readonly kind: ProbeOutcomeKind;
  readonly said: string;
  /** The stage that decided. */
  readonly stage?: ProbeStage;
  readonly problem?: ProbeProblem;
}

/** All that asking a registry for one image gave. Plain JSON, no secret values. */
export interface ProbeResult {
  /** As written. */
  readonly image: string;
  /** `registry.acme.example/shop/api` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The host that was dialled, with its port. */
  readonly host: string;
  /** From where it was asked: never the node. */
  readonly vantage: string;
  readonly startedAt: string;
  readonly ms: number;
  readonly outcome: ProbeOutcome;
  readonly stages: readonly StageResult[];
  /** In the order of trial; the anonymous comparison last. */
  readonly attempts: readonly ProbeAttempt[];
  readonly manifest?: ProbeManifest;
  readonly tags?: ProbeTags;
  /** Only where the repository is missing and the registry lists what it has. */
  readonly repositories?: ProbeRepositories;
  readonly rateLimit?: ProbeRateLimit;
}
