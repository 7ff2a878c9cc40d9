/**
 * What `decode` makes of an error text: the vocabulary that causes judge.
 * The text is a witness: a PullError says what the text says, never more.
 */

/** Who wrote the text. `kubelet` when the kubelet failed by itself, before any runtime call. */
export type Runtime = 'containerd' | 'cri-o' | 'docker' | 'podman' | 'kubelet';

/** The step of the pull in which the error arose. */
export type Stage =
  | 'admission' // API server, webhook or policy refused the object
  | 'reference' // the image string was parsed
  | 'policy' // pull policy was evaluated on the node
  | 'secret' // the kubelet read the pod's pull secrets
  | 'credential' // a credential provider or metadata service was asked
  | 'throttle' // the kubelet's own limit
  | 'runtime' // the CRI call itself
  | 'resolve' // name to manifest descriptor (HEAD manifest, or ping of /v2/)
  | 'authorize' // token endpoint or challenge
  | 'manifest' // manifest or index read, platform chosen, media type judged
  | 'blob' // config or layer download
  | 'unpack' // layer extraction, snapshot
  | 'signature' // policy or verifier judged the image
  | 'backoff' // only a back-off is told, not why
  | 'pull' // some stage of a pull, the text does not say which
  | 'none'; // not a pull

/** The innermost error, by family. `problem` is what separates causes. */
export type Leaf =
  /** The wrapper is there, its inner error is not (cut off, or back-off only). */
  | { readonly kind: 'absent' }
  /** An error inside a pull whose innermost words the grammar does not know. */
  | { readonly kind: 'unrecognized'; readonly text: string }
  /** The text is no image pull failure; `what` says what it is. */
  | { readonly kind: 'not-pull'; readonly what: NotPull }
  /** A pull is under way or finished well; nothing failed. */
  | { readonly kind: 'progress'; readonly what: 'pulling' | 'pulled' | 'present' }
  | {
      readonly kind: 'reference';
      readonly problem:
        | 'format'
        | 'uppercase'
        | 'too-long'
        | 'image-id'
        | 'digest'
        | 'tag-and-digest'
        | 'whitespace'
        | 'empty'
        | 'incomplete';
    }
  | { readonly kind: 'short-name'; readonly problem: 'no-search-registry' | 'ambiguous' | 'enforcing' }
  /** Policy Never: the image is absent, or (1.35+) not allowed to this pod. */
  | { readonly kind: 'not-present' }
  | {
      readonly kind: 'dns';
      readonly problem:
        | 'no-such-host'
        | 'server-failure'
        | 'timeout'
        | 'server-refused'
        | 'server-unreachable'
        | 'other';
      /** The name that was looked up. */
      readonly name?: string;
      /** The DNS server that was asked, `host:port`. */
      readonly server?: string;
    }
  | {
      readonly kind: 'dial';
      readonly problem: 'refused' | 'timeout' | 'no-route' | 'network-unreachable' | 'permission' | 'other';
      /** `ip:port` as dialled. */
      readonly address?: string;
    }
  /** An established connection broke. */
  | { readonly kind: 'connection'; readonly problem: 'reset' | 'eof' | 'closed' | 'broken-pipe' | 'http2' }
  /** Waiting ended: `deadline` exceeded, no answer `header`s, body `read` stalled, `canceled` (no progress, or pod gone). */
  | { readonly kind: 'timeout'; readonly problem: 'deadline' | 'header' | 'read' | 'canceled' | 'no-progress' }
  | {
      readonly kind: 'tls';
      readonly problem:
        | 'unknown-authority'
        | 'expired'
        | 'not-yet-valid'
        | 'hostname'
        | 'no-ip-san'
        | 'legacy-common-name'
        | 'handshake-failure'
        | 'handshake-timeout'
        | 'unrecognized-name'
        | 'protocol-version'
        | 'client-certificate'
        | 'not-tls' // first record does not look like a TLS handshake
        | 'http-response' // server gave HTTP response to HTTPS client
        | 'http-to-https' // plain HTTP was sent to an HTTPS port
        | 'other';
      /** For expired / not-yet-valid: the node's clock and the certificate's bound, RFC 3339. */
      readonly nodeTime?: string;
      readonly certificateTime?: string;
      /** For hostname: the names the certificate is valid for, as printed. */
      readonly validFor?: string;
      /** For hostname: the name that was asked. */
      readonly asked?: string;
    }
  | {
      readonly kind: 'proxy';
      readonly problem:
        | 'unreachable'
        | 'auth-required'
        | 'forbidden'
        | 'dns'
        | 'tls'
        | 'certificate'
        | 'status'
        | 'other';
      readonly proxy?: string;
    }
  /** An HTTP status whose meaning the stage and host decide. `serverMessage` is the registry's own word. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly serverMessage?: string;
      /** The body is a web page: what answered is no registry, or a proxy in front of it. */
      readonly html?: boolean;
      /** The body is the XML of an object store: a registry sent the client there. */
      readonly store?: boolean;
    }
  | {
      readonly kind: 'auth';
      readonly problem:
        | 'no-credentials' // "no basic auth credentials": a Basic challenge and nothing to offer
        | 'anonymous-refused' // the token endpoint refused an anonymous request
        | 'credentials-refused' // a credential was offered and refused
        | 'insufficient-scope' // a token was given, but not for this repository
        | 'access-denied' // "pull access denied", "requested access to the resource is denied"
        | 'unauthorized' // 401 in words, nothing said on what was offered
        | 'token-expired'
        | 'permission' // a named permission is missing (IAM, artifactregistry, ecr:…)
        | 'ip-not-allowed'
        | 'challenge'; // the challenge itself is unusable
      /** The missing permission or action as named: `ecr:BatchGetImage`. */
      readonly permission?: string;
    }
  | {
      readonly kind: 'rate-limit';
      /** Whose limit: Docker Hub unauthenticated / account / not said which (`hub`), ECR public, or not said at all. */
      readonly who: 'hub-anonymous' | 'hub-account' | 'hub' | 'hub-abuse' | 'ecr-public' | 'unsaid';
    }
  | { readonly kind: 'throttle'; readonly problem: 'pull-qps' }
  | {
      readonly kind: 'not-found';
      readonly what: 'reference' | 'manifest' | 'tag' | 'repository' | 'digest' | 'blob' | 'child-manifest';
    }
  /** The registry's own words say that the registry, project or repository was shut down or deleted. */
  | { readonly kind: 'retired' }
  | { readonly kind: 'platform'; readonly wanted?: string }
  | {
      readonly kind: 'media-type';
      readonly problem: 'schema1' | 'not-an-image' | 'html' | 'compression' | 'encrypted' | 'oversized' | 'unsupported';
      readonly mediaType?: string;
    }
  | {
      readonly kind: 'content';
      readonly problem:
        | 'digest-mismatch'
        | 'size-mismatch'
        | 'short-read'
        | 'diff-id-mismatch'
        | 'bad-archive'
        | 'missing-content'
        | 'locked'
        | 'bad-answer'; // headers or body of the registry are unusable (no digest header, invalid JSON)
    }
  | {
      readonly kind: 'storage';
      readonly problem: 'no-space' | 'quota' | 'inodes' | 'read-only' | 'permission' | 'io' | 'missing-path' | 'other';
      readonly path?: string;
    }
  | {
      readonly kind: 'unpack';
      readonly problem:
        | 'ownership'
        | 'snapshotter-missing'
        | 'snapshot-prepare'
        | 'snapshot-state'
        | 'link'
        | 'extract'
        | 'other';
    }
  | {
      readonly kind: 'runtime';
      readonly problem: 'unavailable' | 'stopped' | 'service-missing' | 'inspect' | 'timeout' | 'pull-record' | 'other';
    }
  | { readonly kind: 'secret'; readonly problem: 'malformed' | 'not-retrieved'; readonly names?: readonly string[] }
  | { readonly kind: 'credential-provider'; readonly plugin?: string; readonly message?: string }
  /** The instance metadata service (169.254.169.254 and relatives) did not answer. */
  | { readonly kind: 'metadata'; readonly problem: 'unreachable' | 'refused' }
  | {
      readonly kind: 'signature';
      readonly problem: 'missing' | 'rejected' | 'verifier' | 'error';
      readonly by?: string;
      /** The policy is the registry's own. */
      readonly atRegistry?: true;
    }
  /** `atRegistry`: the registry keeps back what it has, by a policy of its own. */
  | { readonly kind: 'blocked'; readonly by: string; readonly atRegistry?: true }
  | {
      readonly kind: 'admission';
      readonly problem: 'policy' | 'webhook' | 'validation';
      readonly by?: string;
      readonly aboutRegistry?: boolean;
    }
  | {
      readonly kind: 'mirror';
      readonly problem: 'hosts-toml' | 'ca-file' | 'conflicting-config' | 'no-host' | 'other';
      readonly file?: string;
    };

/** What a text that is no pull failure is about. */
export type NotPull =
  | 'network-plugin'
  | 'probe'
  | 'volume-mount'
  | 'crash-loop'
  | 'exec-format'
  | 'image-gc'
  | 'eviction'
  | 'webhook'
  | 'image-push'
  | 'image-build'
  | 'scheduling'
  | 'quota'
  | 'service-account'
  | 'container-create'
  | 'container-config'
  | 'sandbox'
  | 'runtime-log'
  | 'other';

/** Whether the failing token request carried a credential: containerd says `anonymous` or `oauth`. */
export type TokenKind = 'anonymous' | 'oauth';

export interface PullError {
  /** The whole text of this error, one line, redacted, free of control characters, at most 2,000 characters. */
  readonly text: string;
  readonly runtime?: Runtime;
  readonly stage: Stage;
  readonly leaf: Leaf;
  /** The image as the text names it (as written in the pod when told, else normalised). */
  readonly image?: string;
  /** The host that failed, `host[:port]`: registry, mirror, token realm, blob store or DNS name. */
  readonly host?: string;
  /** The registry that was meant when the request went to a mirror (containerd's `?ns=`). */
  readonly mirrorOf?: string;
  /** The request that failed; the URL without its query. */
  readonly request?: { readonly method?: string; readonly url: string; readonly status?: number };
  /** HTTP status of the answer, also when the text names no request. */
  readonly status?: number;
  readonly grpcCode?: string;
  /** Code of the registry's error body: `MANIFEST_UNKNOWN`, `DENIED`, `TOOMANYREQUESTS`, … upper case. */
  readonly registryCode?: string;
  readonly token?: TokenKind;
  /** The words stand alone: nothing around them says that an image was pulled. */
  readonly loose?: true;
  /** The pause image of a sandbox, not the pod's own image. */
  readonly sandbox?: boolean;
  /** The parts of a many-attempt text (one per credential, or one per mirror and upstream last). Empty otherwise. */
  readonly attempts: readonly PullError[];
  readonly attemptsAre?: 'credentials' | 'mirrors';
  /** `waiting.reason` or event reason when the text shows it: `ErrImagePull`, `InvalidImageName`, … */
  readonly reason?: string;
}
