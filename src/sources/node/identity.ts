import type { NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import { headOf } from '../bundle/logs/entry.ts';
import { instanceIn, type Layout, layoutOf, nodeIn } from './layout.ts';
import { headText } from './read-head.ts';

/** Where a bundle's files are from: what its names tell, and what its files say of themselves. */
export interface Identity extends Layout {
  readonly nodes: readonly string[];
  /** Of a path whose layout names a node: that node. */
  nodeOf(path: string): string | undefined;
}

/** Logs looked into for the name of their host. */
const LOGS = 6;
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

export async function identify(name: string, files: readonly NodeFile[]): Promise<Identity> {
  const paths = files.map(({ path }) => path);
  const layout = layoutOf(name, paths);
  const groups = groupsOf(layout.origin, files);
  const names = new Map<string, string>();
  for (const group of groups) {
    const inside = group === '' ? files : files.filter(({ path }) => path.startsWith(`${group}/`));
    const own = await ownName(inside);
    const named = own ?? instanceIn(`${group}/`) ?? folderName(group, groups);
    if (named !== undefined) names.set(group, named);
  }
  const nodeOf = (path: string): string | undefined => {
    const group = groups.find((each) => each !== '' && path.startsWith(`${each}/`));
    return (group === undefined ? undefined : names.get(group)) ?? nodeIn(path) ?? names.get('') ?? instanceIn(path);
  };
  const nodes = new Set(paths.flatMap((path) => nodeOf(path) ?? []));
  const told = nodes.size > 0 ? [...nodes] : layout.instances;
  const instance = await instanceSaid(files);
  return {
    ...layout,
    instances: [...new Set([...layout.instances, ...(instance === undefined ? [] : [instance])])],
    nodes: told.length > 0 ? told : instance === undefined ? [] : [instance],
    nodeOf,
  };
}

/** Layouts of whole clusters: a log in them may be of several nodes. */
const OF_CLUSTERS: ReadonlySet<string> = new Set(['must-gather', 'support bundle', 'cluster-info dump']);

/** Folders each of which is one node's bundle; `''` when the whole is; none when a log may be of any node. */
function groupsOf(origin: string, files: readonly NodeFile[]): readonly string[] {
  const paths = files.map(({ path }) => path);
  const tops = new Set(paths.flatMap((path) => /^(.*?(?:eks_i-[0-9a-f]+_|sosreport-)[^/]*)\//.exec(path)?.[1] ?? []));
  if (tops.size > 1) return [...tops];
  if (OF_CLUSTERS.has(origin)) return [];
  if (new Set(paths.flatMap((path) => nodeIn(path) ?? [])).size > 1) return [];
  const folders = foldersOfKubelets(files);
  return folders.length > 1 ? folders : [''];
}

/** Folders side by side with a kubelet's log in each: people keep what they have of several nodes so. */
function foldersOfKubelets(files: readonly NodeFile[]): readonly string[] {
  const roots = files
    .filter(({ kind }) => kind === 'kubelet')
    .map(({ path }) => path.replace(/(?:(?:^|\/)(?:kubelet|var_log|var\/log))?\/?[^/]*$/, ''));
  const folders = [...new Set(roots)];
  const parents = new Set(folders.map((folder) => folder.replace(/[^/]*$/, '')));
  return folders.includes('') || parents.size > 1 ? [] : folders;
}

/** Of several folders with a node each, a name is better than none: it tells them apart. */
function folderName(group: string, groups: readonly string[]): string | undefined {
  return groups.length > 1 ? group.replace(/^.*\//, '') : undefined;
}

/** What the machine calls itself: its hostname file, or the host in its journal. */
async function ownName(files: readonly NodeFile[]): Promise<string | undefined> {
  const file = files.find(({ path }) =>
    /(?:^|\/)(?:etc\/hostname|hostname(?:\.txt)?|sos_commands\/host\/hostname)$/.test(path),
  );
  const said = file === undefined ? undefined : (await headText(file, 1_024)).trim().split(/\s/)[0];
  if (said !== undefined && NAME.test(said)) return said;
  const logs = files
    .filter(({ kind }) => isLogKind(kind) && kind !== 'events')
    .sort(byKubelet)
    .slice(0, LOGS);
  for (const log of logs) {
    const name = nodeInLog(await headText(log));
    if (name !== undefined) return name;
  }
  return undefined;
}

function byKubelet(a: NodeFile, b: NodeFile): number {
  return Number(b.kind === 'kubelet') - Number(a.kind === 'kubelet');
}

/** The kubelet's own name for its node is fuller than the short host name that its journal prints. */
function nodeInLog(head: string): string | undefined {
  const lines = head.split('\n').slice(0, 400);
  const host = lines.map((line) => headOf(line).host).find((each) => each !== undefined && NAME.test(each));
  const named = lines
    .flatMap((line) => OWN_NODE.exec(line.slice(0, 2_000))?.[1] ?? [])
    .find((each) => host === undefined || each === host || each.startsWith(`${host}.`));
  return named ?? host;
}

/** `node="…"` of structured entries, and the user that a kubelet is at the API server. */
const OWN_NODE = /(?:\b(?:node|nodeName)=\\?"|\bsystem:node:)([a-z0-9][a-z0-9.-]{0,252})(?=[\\"\s])/;

async function instanceSaid(files: readonly NodeFile[]): Promise<string | undefined> {
  const file = files.find(({ path }) => /(?:^|\/)system\/instance-id\.txt$/.test(path));
  if (file === undefined) return undefined;
  return /\bi-[0-9a-f]{8,17}\b/.exec(await headText(file, 1_024))?.[0];
}
