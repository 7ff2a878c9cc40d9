import { placeOf } from '../bundle/place.ts';

/** What the names in a bundle tell of where it is from. */
export interface Layout {
  /** For people; `files` when no known collector lays files out like that. */
  readonly origin: string;
  readonly instances: readonly string[];
  /** RFC 3339; from the bundle's own name. */
  readonly collectedAt?: string;
}

interface Collector {
  readonly origin: string;
  /** One of these is enough. */
  readonly name?: RegExp;
  /** As many of these paths must be there. */
  readonly paths: readonly RegExp[];
  readonly needed: number;
}

/** Most telling first. */
const COLLECTORS: readonly Collector[] = [
  {
    origin: 'eks-log-collector',
    name: /(?:^|\/)eks_i-[0-9a-f]{8,17}_/,
    paths: [
      /(?:^|\/)storage\/(?:mounts|inodes)\.txt$/,
      /(?:^|\/)system\/(?:instance-id|region|availability-zone)\.txt$/,
      /(?:^|\/)containerd\/containerd-(?:log|config|version|images|plugins)\.txt$/,
      /(?:^|\/)kubelet\/kubelet(?:\.log|_service\.txt)$/,
      /(?:^|\/)var_log\//,
    ],
    needed: 2,
  },
  {
    origin: 'sosreport',
    name: /(?:^|\/)sosreport-/,
    paths: [/(?:^|\/)sos_commands\//, /(?:^|\/)sos_(?:reports|logs)\//],
    needed: 1,
  },
  {
    origin: 'must-gather',
    name: /(?:^|\/)must-gather[./-]/,
    paths: [/(?:^|\/)cluster-scoped-resources\//, /(?:^|\/)host_service_logs\//, /(?:^|\/)event-filter\.html$/],
    needed: 1,
  },
  {
    origin: 'support bundle',
    name: /(?:^|\/)support-bundle-/,
    paths: [/(?:^|\/)cluster-resources\//, /(?:^|\/)host-collectors\//],
    needed: 1,
  },
  {
    origin: 'cluster-info dump',
    paths: [/(?:^|\/)nodes\.(?:json|ya?ml)$/, /(?:^|\/)[a-z0-9-]+\/replication-controllers\.(?:json|ya?ml)$/],
    needed: 2,
  },
];

/** Tells a bundle's collector from its name and its paths. */
export function layoutOf(name: string, paths: readonly string[]): Layout {
  const all = [name, ...paths];
  const collector = COLLECTORS.find(
    (each) => (each.name?.test(name) === true && paths.length > 0) || fits(each, paths),
  );
  const instances = new Set(all.flatMap((path) => instanceIn(path) ?? []));
  const collectedAt = timeIn(name);
  return {
    origin: collector?.origin ?? 'files',
    instances: [...instances],
    ...(collectedAt === undefined ? {} : { collectedAt }),
  };
}

function fits({ paths: patterns, needed }: Collector, paths: readonly string[]): boolean {
  let found = 0;
  for (const pattern of patterns) {
    if (paths.some((path) => pattern.test(path))) found += 1;
    if (found >= needed) return true;
  }
  return false;
}

/** `eks_i-0abc…_2026-11-20_2131-UTC_0.7.9.tar.gz`, as the archive or a folder is named. */
export function instanceIn(path: string): string | undefined {
  return /(?:^|\/)eks_(i-[0-9a-f]{8,17})_/.exec(path)?.[1];
}

function timeIn(name: string): string | undefined {
  const [, date, hours, minutes] = /_(\d{4}-\d\d-\d\d)_(\d\d)(\d\d)-UTC/.exec(name) ?? [];
  if (date === undefined) return undefined;
  const time = new Date(`${date}T${hours}:${minutes}:00Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The node that a path names, and nothing else: `nodes/node-b/kubelet.log`. */
export function nodeIn(path: string): string | undefined {
  return placeOf(path).node;
}
