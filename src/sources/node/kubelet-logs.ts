import type { Node } from '../../core/objects.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { cleanBytes } from './clean-text.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import { isWantedFolder, isWantedLog } from './log-listing.ts';
import { type RuntimeUnit, unitNames } from './node-traits.ts';
import { closesTheWay, onTheNode, proxyGap } from './proxy-gap.ts';
import { type LogLimits, readLogFile, readUnitLog, type UnitLog } from './unit-log.ts';

/** Files taken of a node that answers with files alone. */
const MAX_FILES = 12;

/** One log that is wanted: a unit's, or that of the unit which stands in for it. */
interface WantedLog {
  readonly what: string;
  readonly units: readonly string[];
  readonly path: string;
  /** A node has one runtime: that others have no log is no gap. */
  readonly optional: boolean;
}

/** Collects the logs of kubelet and runtime: by log query where that is enabled, else the files of /var/log. */
export async function collectLogs(
  client: ClusterClient,
  node: string,
  info: Partial<Node['info']>,
  sink: EvidenceSink,
  limits: LogLimits,
): Promise<void> {
  const run: Run = { client, node, sink, limits };
  const wanted = wantedLogs(info);
  for (const log of wanted) {
    await sink.progress({ doing: `${node}: log of ${log.units[0]}` });
    const next = await collectUnit(run, log);
    if (next === 'stop') return;
    if (next !== 'next') return collectFiles(run, next, wanted);
  }
}

interface Run {
  readonly client: ClusterClient;
  readonly node: string;
  readonly sink: EvidenceSink;
  readonly limits: LogLimits;
}

function wantedLogs(info: Partial<Node['info']>): readonly WantedLog[] {
  const { kubelet, runtimes } = unitNames(info);
  const several = runtimes.length > 1;
  return [
    { what: 'the kubelet log', units: kubelet, path: 'kubelet/kubelet.log', optional: false },
    ...runtimes.map(({ unit, path }: RuntimeUnit) => ({
      what: `the ${unit} log`,
      units: [unit],
      path,
      optional: several,
    })),
  ];
}

/** Gives the names below /var/log when log queries turn out not to be enabled; `stop`: no other log would fare better. */
async function collectUnit(
  run: Run,
  { what, units, path, optional }: WantedLog,
): Promise<readonly string[] | 'next' | 'stop'> {
  const { client, node, sink, limits } = run;
  let last: UnitLog = { kind: 'absent' };
  for (const unit of units) {
    last = await readUnitLog(client, node, unit, limits);
    if (last.kind === 'off') return last.names;
    if (last.kind === 'log') {
      await keep(run, path, last);
      return 'next';
    }
    if (last.kind !== 'absent') break;
  }
  if (last.kind === 'absent' && optional) return 'next';
  if (last.kind === 'problem' && closesTheWay(last.problem)) {
    await sink.addGap(proxyGap(node, `the logs of node ${node}`, last.problem));
    return 'stop';
  }
  await sink.addGap(gapOf(node, what, last));
  return 'next';
}

function gapOf(node: string, what: string, log: UnitLog): ReturnType<typeof proxyGap> {
  const wanted = `${what} of node ${node}`;
  if (log.kind === 'problem') return proxyGap(node, wanted, log.problem);
  if (log.kind === 'said') {
    return { wanted, why: 'unreadable', how: `the kubelet answered: ${log.words.slice(0, 200)}; ${onTheNode(node)}` };
  }
  return { wanted, why: 'not-collected', how: `the kubelet finds no such log; ${onTheNode(node)}` };
}

async function keep(
  { node, sink }: Run,
  path: string,
  { bytes, cut }: Extract<UnitLog, { kind: 'log' }>,
): Promise<void> {
  await sink.addFile(path, cleanBytes(bytes), { node, ...(cut === undefined ? {} : { cut }) });
}

/** Where each file of /var/log is kept: logs of units as if they had been asked for, all else by its own name. */
async function collectFiles(run: Run, names: readonly string[], wanted: readonly WantedLog[]): Promise<void> {
  const { sink, node } = run;
  const files = await wantedFiles(run, names);
  const kept = new Set<string>();
  for (const file of files.slice(0, MAX_FILES)) {
    await sink.progress({ doing: `${node}: /var/log/${file}` });
    const log = await readLogFile(run.client, node, file, run.limits);
    if (log.kind === 'log') {
      const path = pathFor(file, wanted);
      await keep(run, path, log);
      kept.add(path);
    } else if (log.kind === 'problem')
      await sink.addGap(proxyGap(node, `/var/log/${file} of node ${node}`, log.problem));
  }
  const journal = kept.has('var_log/messages') || kept.has('var_log/syslog');
  const lacking = wanted.filter(({ path, optional }) => !optional && !kept.has(path) && !journal);
  if (lacking.length > 0) await sink.addGap(queriesOff(node, lacking));
}

function queriesOff(node: string, lacking: readonly WantedLog[]): ReturnType<typeof proxyGap> {
  return {
    wanted: `${lacking.map(({ what }) => what).join(' and ')} of node ${node}`,
    why: 'not-collected',
    how: `/var/log has no such file, and log queries are off on this node (enableSystemLogQuery and the feature gate NodeLogQuery in the kubelet's configuration turn them on); ${onTheNode(node)}`,
  };
}

async function wantedFiles({ client, node, limits }: Run, names: readonly string[]): Promise<readonly string[]> {
  const files = names.filter(isWantedLog);
  for (const folder of names.filter(isWantedFolder)) {
    const inside = await readLogFile(client, node, folder, limits);
    if (inside.kind === 'off') files.push(...inside.names.filter(isWantedLog).map((name) => `${folder}${name}`));
  }
  return files;
}

function pathFor(file: string, wanted: readonly WantedLog[]): string {
  const base = file.replace(/^.*\//, '').replace(/\.log$/, '');
  const unit = UNIT_OF_FILE[base] ?? base;
  return wanted.find(({ units }) => units.includes(unit))?.path ?? `var_log/${file}`;
}

const UNIT_OF_FILE: Readonly<Record<string, string>> = {
  'cri-o': 'crio',
  dockerd: 'docker',
  'cri-dockerd': 'cri-docker',
};
