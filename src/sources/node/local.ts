import { hostname } from 'node:os';
import { fingerprints } from './ca-fingerprints.ts';
import { cleanConfig, loginHosts } from './clean-config.ts';
import { cleanBytes, cleanText } from './clean-text.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import { InsideRoot } from './inside-root.ts';
import { ItemRecord } from './item-record.ts';
import { kubeletProcess } from './kubelet-process.ts';
import {
  isCertificate,
  mayHoldKey,
  NODE_COMMANDS,
  NODE_PATHS,
  type NodeCommand,
  type NodePath,
  type Treatment,
} from './node-items.ts';
import { isInstanceId } from './node-traits.ts';
import { roomBelow } from './root-room.ts';
import { runProgram } from './run-program.ts';

export interface LocalOptions {
  /** The node's file system: `/`, or where it is mounted. */
  readonly root?: string;
  /** The node's name in its cluster; left out: its host name. */
  readonly node?: string;
  /** RFC 3339: log lines from then on. */
  readonly since: string;
  /** Kept of one log: its end. */
  readonly keepBytes: number;
  readonly signal?: AbortSignal;
  readonly run?: typeof runProgram;
}

const MAX_CONFIG = 2 * 2 ** 20;
const FOLDER = { depth: 4, max: 300 };
const PROGRAM_MS = 60_000;

/** Collects what the node itself knows: configuration, logs, room, network, clock. Reads only; secrets are left behind. */
export async function collectLocally(sink: EvidenceSink, options: LocalOptions): Promise<void> {
  const place = new InsideRoot(options.root ?? '/');
  const node = options.node ?? (await hostName(place));
  const run: Run = { sink, options, place, node, record: new ItemRecord() };
  await sink.learn({ nodes: [node], ...(await instanceOf(place)) });
  for (const item of NODE_PATHS) {
    options.signal?.throwIfAborted();
    await (item.folder === true ? collectFolder(run, item) : collectFile(run, item));
  }
  await collectKubeletProcess(run);
  for (const command of NODE_COMMANDS) await collectCommand(run, command);
  await run.record.close(sink, node);
}

interface Run {
  readonly sink: EvidenceSink;
  readonly options: LocalOptions;
  readonly place: InsideRoot;
  readonly node: string;
  readonly record: ItemRecord;
}

/** The name of the machine that a file system belongs to. */
export async function hostName(place: InsideRoot): Promise<string> {
  if (place.root === '/') return hostname();
  const read = await place.read('/etc/hostname', 1_000);
  const name = read.state === 'present' ? new TextDecoder().decode(read.value.bytes).trim() : '';
  return /^[\w.-]{1,253}$/.test(name) ? name : hostname();
}

/** Machines of AWS carry their instance id where other boards have an asset tag. */
async function instanceOf(place: InsideRoot): Promise<{ readonly instances?: readonly string[] }> {
  const tag = await place.read('/sys/devices/virtual/dmi/id/board_asset_tag', 100);
  const id = tag.state === 'present' ? new TextDecoder().decode(tag.value.bytes).trim() : '';
  return isInstanceId(id) ? { instances: [id] } : {};
}

async function collectFolder(run: Run, item: NodePath): Promise<void> {
  const { place, record } = run;
  const files = await place.filesBelow(item.path, FOLDER);
  if (files.state === 'present') {
    if (files.value.length === 0) record.add({ what: item.what, from: item.path, state: 'present', note: 'empty' });
    const { what, treat, as = item.path.replace(/^\/+/, '') } = item;
    for (const path of files.value) {
      const inside = `${as}${path.slice(item.path.length)}`;
      await collectFile(run, { what, path, treat: treatmentOf(path, treat), as: inside });
    }
  } else notThere(run, item, files);
}

function treatmentOf(path: string, treat: Treatment): Treatment {
  if (mayHoldKey(path)) return 'presence';
  return isCertificate(path) ? 'certificates' : treat;
}

async function collectFile(run: Run, item: NodePath): Promise<void> {
  const { place, sink, record, node, options } = run;
  const { path, what, treat, as = path.replace(/^\/+/, '') } = item;
  const max = item.log === true ? options.keepBytes : MAX_CONFIG;
  const read = await place.read(path, treat === 'presence' ? 0 : max, item.log === true ? 'last' : 'first');
  if (read.state !== 'present') return notThere(run, item, read);
  if (treat === 'presence') return record.add({ what, from: path, state: 'present', note: 'may hold a key: not read' });
  const { bytes, cut } = read.value;
  const note = cut ? (item.log === true ? 'the newest part' : `the first ${MAX_CONFIG} bytes`) : undefined;
  await sink.addFile(as, item.log === true ? cleanBytes(bytes) : treated(bytes, treat), {
    node,
    ...(note === undefined ? {} : { cut: note }),
  });
  record.add({ what, from: path, state: 'present', as, ...(note === undefined ? {} : { note }) });
}

function treated(bytes: Uint8Array, treat: Treatment): string {
  const text = new TextDecoder().decode(bytes);
  if (treat === 'config') return cleanConfig(text);
  if (treat === 'logins') return loginHosts(text);
  return treat === 'certificates' ? fingerprints(text) : cleanText(text);
}

function notThere(
  { record }: Run,
  { what, path, as }: NodePath,
  looked: { readonly state: 'absent' } | { readonly state: 'refused'; readonly message: string },
): void {
  if (looked.state === 'absent') record.add({ what, from: path, state: 'absent' });
  else record.add({ what, from: as ?? path, state: 'unknown', note: looked.message });
}

/** The kubelet's own flags, and the configuration that they name. */
async function collectKubeletProcess(run: Run): Promise<void> {
  const { place, sink, record, node } = run;
  const found = await kubeletProcess(place);
  const from = '/proc/*/cmdline';
  if (found === undefined) return record.add({ what: 'the kubelet process', from, state: 'absent' });
  const as = 'system/ps-kubelet.txt';
  await sink.addFile(as, `${cleanConfig(found.flags.join('\n'))}\n`, { node });
  record.add({ what: 'the kubelet process', from, state: 'present', as });
  const config = found.credentialProviderConfig;
  if (config === undefined || NODE_PATHS.some(({ path }) => path === config)) return;
  const item: NodePath = {
    path: config,
    what: "the credential providers' configuration",
    treat: 'config',
    as: `image-credential-provider/${config.replace(/^.*\//, '')}`,
  };
  const isFolder = (await place.filesBelow(config, FOLDER)).state === 'present';
  await (isFolder ? collectFolder(run, { ...item, folder: true }) : collectFile(run, item));
}

async function collectCommand(run: Run, command: NodeCommand): Promise<void> {
  const { sink, record, node, options } = run;
  options.signal?.throwIfAborted();
  await sink.progress({ doing: `${node}: ${command.what}` });
  const from = command.run.map((argv) => argv.join(' ')).join('; ');
  const outcome = await outputOf(run, command);
  if (outcome.text === undefined) {
    return record.add({ what: command.what, from: command.as, state: outcome.state, note: outcome.note });
  }
  const { text, cut } = outcome;
  await sink.addFile(command.as, text, { node, ...(cut === undefined ? {} : { cut }) });
  record.add({
    what: command.what,
    from,
    state: 'present',
    as: command.as,
    ...(cut === undefined ? {} : { note: cut }),
  });
}

type Outcome =
  | { readonly text: string | AsyncIterable<Uint8Array>; readonly cut?: string }
  | { readonly text?: undefined; readonly state: 'absent' | 'unknown'; readonly note: string };

async function outputOf(run: Run, command: NodeCommand): Promise<Outcome> {
  const { options, place } = run;
  if (place.root !== '/' && command.log !== true) return elsewhere(place.root, command);
  const { run: start = runProgram, keepBytes, signal } = options;
  const limits = { keepBytes: command.log === true ? keepBytes : MAX_CONFIG, timeoutMs: PROGRAM_MS };
  const printed: Uint8Array[] = [];
  const troubles: string[] = [];
  let cut: string | undefined;
  for (const argv of command.run) {
    const ran = await start(withTime(argv, run, command), { ...limits, ...(signal === undefined ? {} : { signal }) });
    if (ran.state === 'printed') {
      if (command.run.length > 1) printed.push(Buffer.from(`$ ${argv.join(' ')}\n`));
      printed.push(ran.bytes);
      cut ??= ran.cut;
    } else troubles.push(ran.state === 'missing' ? `there is no ${argv[0]}` : `${argv[0]}: ${ran.said}`);
  }
  const bytes = Buffer.concat(printed);
  const nothing =
    bytes.length === 0 || (command.log === true && /^-- No entries --\s*$/.test(bytes.toString('utf8', 0, 100)));
  if (nothing) {
    const missing = troubles.every((trouble) => trouble.startsWith('there is no '));
    return { state: missing ? 'absent' : 'unknown', note: troubles.join('; ') || 'it has no lines' };
  }
  const text = command.log === true ? cleanBytes(bytes) : treated(bytes, command.treat);
  return { text, ...(cut === undefined ? {} : { cut }) };
}

/** Programs of this machine would tell of this machine; only room can be asked for a mounted file system. */
async function elsewhere(root: string, { as }: NodeCommand): Promise<Outcome> {
  if (as === 'storage/mounts.txt') return { text: await roomBelow(root, 'bytes') };
  if (as === 'storage/inodes.txt') return { text: await roomBelow(root, 'inodes') };
  return { state: 'unknown', note: `programs of the node are not run from a file system mounted at ${root}` };
}

/** `journalctl` of a time span; of a mounted file system, its journal. */
function withTime(argv: readonly string[], { options, place }: Run, { log }: NodeCommand): readonly string[] {
  if (log !== true) return argv;
  const since = `${options.since.slice(0, 19).replace('T', ' ')} UTC`;
  const journal = place.root === '/' ? [] : ['--directory', `${place.root}/var/log/journal`];
  return [...argv, ...journal, '--since', since, '--utc', '--no-pager', '-o', 'short-iso-precise'];
}
