import { excerpt } from '../core/redact.ts';

/** Why a build failed, by the line of its log that decides it. */
export interface BuildFailure {
  readonly why:
    | 'source'
    | 'dockerfile'
    | 'base-image'
    | 'dependency'
    | 'push-denied'
    | 'registry-unreachable'
    | 'registry-tls'
    | 'disk';
  /** The line, redacted. */
  readonly line: string;
  /** Its place among the lines that were given, from 0. */
  readonly at: number;
}

const MAX_LINES = 2000;
const MAX_LINE = 300;

/**
 * What builders print, by what went wrong rather than by who prints it (Kaniko, BuildKit, Buildah, docker, git, package
 * managers). The order is that of a build: what fails first explains what fails after it.
 */
const SIGNS: readonly (readonly [BuildFailure['why'], RegExp])[] = [
  ['disk', /no space left on device/i],
  [
    'source',
    /repository .{0,200}not found|could not read (?:from remote repository|Username)|remote branch .{0,200}not found|couldn't find remote ref|error resolving source context|failed to (?:clone|checkout|fetch) |unable to (?:clone|access) /i,
  ],
  [
    'dockerfile',
    /dockerfile parse error|failed to (?:read|open) dockerfile|please provide a valid path to a Dockerfile|unknown instruction|(?:COPY|ADD) failed|failed to compute cache key|copying .{0,200}no such file|error resolving dockerfile path/i,
  ],
  [
    'push-denied',
    /(?:push|pushing|POST|PUT|blobs\/uploads|checking push permission).{0,400}(?:denied|unauthorized|UNAUTHORIZED|forbidden|\b40[13]\b|insufficient_scope|authentication required)|denied: (?:requested access|permission)|no basic auth credentials/i,
  ],
  ['registry-tls', /x509: |http: server gave HTTP response to HTTPS client|tls: handshake failure/i],
  [
    'registry-unreachable',
    /(?:dial tcp|Put|Post|Head|Get|push|pushing|ping).{0,400}(?:i\/o timeout|connection refused|no route to host|no such host|context deadline exceeded|TLS handshake timeout|connection reset|EOF$)|dial tcp .{0,200}(?:refused|timeout|no such host)/i,
  ],
  [
    'base-image',
    /(?:manifest unknown|MANIFEST_UNKNOWN|failed to (?:resolve|load) (?:source metadata|image)|error (?:resolving|retrieving|getting) .{0,60}image|pull access denied)/i,
  ],
  [
    'dependency',
    /npm (?:ERR!|error) |no matching distribution found|could not find a version that satisfies|could not resolve dependenc|unable to locate package|ERESOLVE|cannot find module providing|failed to download .{0,100}(?:crate|module|package)|non-zero (?:exit )?code|failed to execute command|returned a non-zero code|did not complete successfully/i,
  ],
];

/** The decisive line of a log: of the earliest kind of failure, the last line that tells. Linear. */
export function buildFailure(log: readonly string[]): BuildFailure | undefined {
  const skipped = Math.max(0, log.length - MAX_LINES);
  const lines = log.slice(skipped).map((line) => line.slice(0, 2000));
  for (const [why, sign] of SIGNS) {
    const at = lines.findLastIndex((line) => sign.test(line));
    const line = lines[at];
    if (line !== undefined) return { why, line: excerpt(line, MAX_LINE), at: at + skipped };
  }
  return undefined;
}

const WORDS: Readonly<Record<BuildFailure['why'], string>> = {
  source: 'the source cannot be fetched',
  dockerfile: 'the Dockerfile does not build',
  'base-image': 'a base image cannot be pulled',
  dependency: 'a step of the Dockerfile fails',
  'push-denied': 'the push is refused',
  'registry-unreachable': 'the registry cannot be reached',
  'registry-tls': 'the TLS of the registry is not accepted',
  disk: 'no space is left',
};

/** `the push is refused: "…"` */
export function buildFailureWords({ why, line }: BuildFailure): string {
  return `${WORDS[why]}: "${line}"`;
}
