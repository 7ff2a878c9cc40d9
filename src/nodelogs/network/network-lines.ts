import type { NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import type { LogLine } from '../../core/node/finding.ts';
import type { PullTarget } from '../../core/node/network-answer.ts';
import { excerpt } from '../../core/redact.ts';
import { parseParts } from '../../image/grammar.ts';
import { asLogLine, type FoundLine, matchingLines, type ScanCoverage } from '../scan/matching-lines.ts';

/** What a log line says of the way to a registry. */
export type NetworkWord =
  | 'dns'
  | 'proxy'
  | 'imds'
  | 'conntrack'
  | 'tls-timeout'
  | 'mirror-config'
  | 'plugin-refused'
  | 'clock';

/** Lines of one meaning. */
export interface NetworkLines {
  readonly count: number;
  readonly newest: readonly LogLine[];
  /** Names, servers or files that the lines name, by how often. */
  readonly named: ReadonlyMap<string, number>;
}

export interface NetworkSights {
  readonly lines: ReadonlyMap<NetworkWord, NetworkLines>;
  /** Images whose pull failed, newest first. */
  readonly failing: readonly PullTarget[];
}

const WORDS =
  /\blookup [\w.-]|proxyconnect|proxy authentication required|169\.254\.169\.254|169\.254\.170\.2|fd00:ec2::254|metadata\.google|imds|nf_conntrack: table full|tls handshake timeout|hosts\.toml|certs\.d|registries\.conf|mirrors.{0,4} cannot be set|failed to load plugin|invalid plugin config|not yet valid|time jumped|clock.{0,20}step|back-off pulling|failed to pull|pullimage/gi;

interface Meaning {
  readonly word: NetworkWord;
  /** A cheap test that most lines fail. */
  readonly about: RegExp;
  readonly says: RegExp;
  /** What of the line is counted. */
  readonly names?: RegExp;
}

/** Go net (lookup … on …), containerd core/remotes/docker/config, Linux nf_conntrack, chrony and systemd. */
const MEANINGS: readonly Meaning[] = [
  { word: 'conntrack', about: /nf_conntrack/i, says: /nf_conntrack: table full/i },
  {
    word: 'plugin-refused',
    about: /mirrors|plugin/i,
    says: /mirrors.{0,4} cannot be set|failed to load plugin.{0,200}cri|invalid plugin config/i,
  },
  {
    word: 'mirror-config',
    about: /hosts\.toml|certs\.d|registries\.conf/i,
    says: /(?:fail|invalid|unable|error).{0,300}(?:hosts\.toml|certs\.d|registries\.conf)|(?:hosts\.toml|certs\.d|registries\.conf).{0,300}(?:fail|invalid|unable|error)/i,
    names: /(\/[\w./:@+-]{1,300}(?:hosts\.toml|registries\.conf)[\w./-]{0,100})/,
  },
  {
    word: 'proxy',
    about: /proxy/i,
    says: /proxyconnect|proxy authentication required/i,
    names: /proxyconnect tcp: (.{1,120})/i,
  },
  {
    word: 'imds',
    about: /169\.254\.|fd00:ec2|metadata|imds/i,
    says: /(?:169\.254\.169\.254|169\.254\.170\.2|fd00:ec2::254|metadata\.google|\bimds\b).{0,300}(?:timeout|timed out|deadline|refused|unreachable|no route|40[013]|fail|error)|(?:fail|error|no ec2).{0,300}(?:169\.254\.169\.254|\bimds\b)/i,
  },
  {
    word: 'dns',
    about: /\blookup /i,
    says: /\blookup [\w.-]{1,253}(?: on [\w.:[\]-]{1,100})?: (?:no such host|i\/o timeout|server misbehaving|read udp|dial udp|connection refused|network is unreachable|temporary failure)|\blookup [\w.-]{1,253} on [^\s:]{1,60}:\d{1,5}: /i,
    names: /\blookup [\w.-]{1,253} on (\S{1,100}?):? /i,
  },
  { word: 'tls-timeout', about: /handshake/i, says: /tls handshake timeout/i },
  {
    word: 'clock',
    about: /not yet valid|jumped|clock/i,
    says: /certificate has expired or is not yet valid.{0,80}is before|not yet valid|time jumped|clock.{0,20}step/i,
  },
];

const KEPT = 5;
const MAX_NAMES = 50;
const MAX_IMAGES = 50;

const FAILED_PULL = /back-off pulling|failed to pull|pullimage.{0,700}(?:failed|error)/i;
const IMAGE = /(?:pullimage|back-off pulling image|failed to pull(?: and unpack)? image) \\{0,3}"([^"\\\s]{1,600})/i;

/** Everything that the logs of a node say of the way to registries, counted by meaning. */
export async function networkLines(
  files: readonly NodeFile[],
  options: { readonly reference: number | undefined; readonly signal?: AbortSignal | undefined },
  coverage: ScanCoverage,
): Promise<NetworkSights> {
  const found = new Map<NetworkWord, { count: number; lines: FoundLine[]; named: Map<string, number> }>();
  const failing = new Map<string, { target: PullTarget; ms: number }>();
  for (const file of files.filter(({ kind }) => isLogKind(kind))) {
    for await (const line of matchingLines(file, { ...options, words: new RegExp(WORDS.source, 'gi') }, coverage)) {
      const target = FAILED_PULL.test(line.raw) ? targetIn(line) : undefined;
      if (target !== undefined) remember(failing, target, line.ms ?? 0);
      const meaning = MEANINGS.find(({ about, says }) => about.test(line.raw) && says.test(line.raw));
      if (meaning === undefined) continue;
      const same = found.get(meaning.word) ?? { count: 0, lines: [], named: new Map() };
      same.count += 1;
      same.lines = newest([...same.lines, line]);
      const name = meaning.names?.exec(line.raw)?.[1];
      if (name !== undefined && (same.named.has(name) || same.named.size < MAX_NAMES))
        same.named.set(name, (same.named.get(name) ?? 0) + 1);
      found.set(meaning.word, same);
    }
  }
  return {
    lines: new Map(
      [...found].map(([word, { count, lines, named }]) => [word, { count, named, newest: lines.map(asLogLine) }]),
    ),
    failing: [...failing.values()].sort((a, b) => b.ms - a.ms).map(({ target }) => target),
  };
}

function targetIn({ raw, file, line }: FoundLine): PullTarget | undefined {
  const image = IMAGE.exec(raw)?.[1];
  return image === undefined ? undefined : targetOf(image, `${file.path}:${line}`);
}

/** An image and the registry that it names; undefined when the name does not parse. */
export function targetOf(image: string, from: string): PullTarget | undefined {
  const parsed = parseParts(image);
  return parsed.ok ? { image: excerpt(image, 600), host: parsed.parts.domain, from } : undefined;
}

/** The newest images are kept: a log of months names thousands. */
function remember(failing: Map<string, { target: PullTarget; ms: number }>, target: PullTarget, ms: number): void {
  const known = failing.get(target.image);
  if (known !== undefined && known.ms > ms) return;
  failing.delete(target.image);
  failing.set(target.image, { target, ms });
  if (failing.size <= MAX_IMAGES) return;
  const [oldest] = failing.keys();
  if (oldest !== undefined) failing.delete(oldest);
}

function newest(lines: readonly FoundLine[]): FoundLine[] {
  return [...lines]
    .sort((a, b) => (b.ms ?? Number.NEGATIVE_INFINITY) - (a.ms ?? Number.NEGATIVE_INFINITY) || b.line - a.line)
    .slice(0, KEPT);
}
