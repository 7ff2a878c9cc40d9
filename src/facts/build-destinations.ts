import type { Container } from '../core/objects.ts';

/** Words of a command line that are read; build scripts can be long. */
const MAX_WORDS = 5000;
const MAX_DESTINATIONS = 20;
const MAX_LINE = 100_000;
/** kaniko `--destination`/`-d`; `-t` and `--tag` of docker, buildah, podman and nerdctl builds. */
const FLAGS: ReadonlySet<string> = new Set([
  '--destination',
  '-d',
  '-t',
  '--tag',
  '--image',
  '--publish-image',
  '--output-image',
]);
const PUSHERS = /^(?:docker|podman|buildah|nerdctl|crane|img|ctr)$/;
/** Environment names by which build images are told where to push. */
const DESTINATION_ENV =
  /^(?:IMAGE|DESTINATION|IMAGE_NAME|IMAGE_TAG|IMAGE_REF|TARGET_IMAGE|OUTPUT_IMAGE|PUSH_TO|KO_DOCKER_REPO|REPOSITORY)$/;

/** Where a container would push an image, by its command line and environment; in order, without doubles. */
export function destinationsOf(container: Container): readonly string[] {
  const line = [...(container.command ?? []), ...(container.args ?? [])];
  const words = line
    .map((part) => filledIn(part, container.env ?? {}))
    .flatMap((part) => part.replaceAll(/["'`]/g, '').split(/[\s;&|()]+/))
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
  const builds = isBuilder(container.image ?? '', words);
  const found = words.flatMap((word, i) => destinationAt(words, i, word, builds));
  const env = Object.entries(container.env ?? {})
    .filter(([name]) => DESTINATION_ENV.test(name))
    .map(([, value]) => value);
  const fromEnv = builds ? env.flatMap((value) => imageLike(value) ?? []) : [];
  // GitLab hands its jobs the repository of their project; which tag the script pushes, the pod does not say: a job of
  // the commit that the tag names may as well only test it.
  const project = builds ? imageLike(container.env?.CI_REGISTRY_IMAGE) : undefined;
  const ofProject = (project ?? []).map((repository) => `${repository}:$TAG`);
  return [...new Set([...found, ...fromEnv, ...(found.length > 0 ? [] : ofProject)])].slice(0, MAX_DESTINATIONS);
}

/** Longest value that is filled in; names of images are shorter. */
const MAX_VALUE = 600;

/** `$(TAG)`, `${TAG}` and `$TAG` with the value of the container's variable, where it is written there. */
function filledIn(text: string, env: Readonly<Record<string, string>>): string {
  if (text.length > MAX_LINE || !text.includes('$')) return text;
  return text.replace(/\$(?:\((\w+)\)|\{(\w+)\}|(\w+))/g, (written: string, ...names: readonly unknown[]) => {
    const name = names.slice(0, 3).find((one) => typeof one === 'string');
    const value = typeof name === 'string' && Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined || value.length > MAX_VALUE ? written : value;
  });
}

/** Kaniko's `--no-push` and `--skip-push…`, and BuildKit's `push=false`: it builds and keeps the result. */
export function skipsPush(container: Container): boolean {
  const line = [...(container.command ?? []), ...(container.args ?? [])];
  return line.some((word) => /(?:^|\s)--no-push(?:=true)?(?:\s|$)|[,\s]push=false(?:[,\s]|$)/.test(word));
}

const PLATFORM =
  /(?:--(?:custom-?platform|platform)[=\s]|[,\s"]?opt:platform=|--opt[=\s]platform=)\s*["']?([\w/,-]{3,200})/gi;

/** `--platform`, Kaniko's `--custom-platform`, BuildKit's `--opt platform=`. */
export function platformsOf(container: Container): readonly string[] {
  const line = [...(container.command ?? []), ...(container.args ?? [])].join(' ').slice(0, MAX_LINE);
  const found = [...line.matchAll(PLATFORM)].flatMap(([, list = '']) => list.split(','));
  return [...new Set(found.filter((platform) => /^[a-z]+\/[\w/]+$/.test(platform)))];
}

/** `-d` and `-t` mean other things to other programs, so the program or the image must be a builder. */
function isBuilder(image: string, words: readonly string[]): boolean {
  if (/kaniko|buildkit|buildah|buildpack|\bpack\b|docker|podman|nerdctl|skopeo|\bko\b|\bimg\b|makisu/i.test(image))
    return true;
  return words.some((word) =>
    /(?:^|\/)(?:executor|buildctl(?:-daemonless\.sh)?|buildah|podman|docker|nerdctl|skopeo|ko|kaniko|lifecycle|creator)$/.test(
      word,
    ),
  );
}

function destinationAt(words: readonly string[], i: number, word: string, builds: boolean): readonly string[] {
  const next = words[i + 1];
  const [flag = '', value] = splitFlag(word);
  if (flag === '--destination' || (builds && FLAGS.has(flag))) return imageLike(value ?? next) ?? [];
  if (
    word.startsWith('docker://') &&
    words.slice(Math.max(0, i - 12), i).includes('copy') &&
    isLastTransport(words, i)
  ) {
    return imageLike(word.slice('docker://'.length)) ?? [];
  }
  if (/(?:^|,)name=/.test(word) && /(?:type=image|push=true|type=registry)/.test(word)) return buildkitNames(word);
  if (word === 'push' && PUSHERS.test(programBefore(words, i))) return pushed(words, i);
  return [];
}

function splitFlag(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf('=');
  return word.startsWith('-') && equals > 0 ? [word.slice(0, equals), word.slice(equals + 1)] : [word, undefined];
}

/** `skopeo copy docker://source docker://destination`: only the second is pushed. */
function isLastTransport(words: readonly string[], i: number): boolean {
  return !words.slice(i + 1, i + 4).some((word) => word.startsWith('docker://'));
}

/** buildctl `--output type=image,"name=a,b",push=true`, with the quotes gone. */
function buildkitNames(word: string): readonly string[] {
  const after = word.slice(word.indexOf('name=') + 'name='.length);
  return after.split(',').flatMap((part) => (part.includes('=') ? [] : (imageLike(part) ?? [])));
}

function programBefore(words: readonly string[], i: number): string {
  const before = words.slice(Math.max(0, i - 4), i).filter((word) => !word.startsWith('-'));
  return (
    (before.at(-1) === 'image' || before.at(-1) === 'images' ? before.at(-2) : before.at(-1))?.split('/').at(-1) ?? ''
  );
}

/** `push [flags] IMAGE [DESTINATION]` of docker and buildah; a destination may carry a transport. */
function pushed(words: readonly string[], i: number): readonly string[] {
  const operands = words
    .slice(i + 1, i + 8)
    .filter((word) => !word.startsWith('-'))
    .slice(0, 2);
  const target = operands.find((word) => word.startsWith('docker://'));
  return imageLike(target?.slice('docker://'.length) ?? operands[0]) ?? [];
}

/** Something that can be an image name: no option, no flag value, no unfilled variable alone. */
function imageLike(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text.length > 600 || !/^[\w$([{][\w.:/@${}()[\]-]*$/.test(text)) return undefined;
  return /^(?:true|false|\d+)$/.test(text) ? undefined : [text];
}
