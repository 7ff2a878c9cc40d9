/** A line of a text, with its number in the file. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** A `Key:  value` line of `kubectl describe`, with what is indented below it. */
export interface Field {
  readonly key: string;
  readonly value: string;
  /** The whole line, trimmed: what matters in lists. */
  readonly raw: string;
  readonly line: number;
  readonly children: readonly Field[];
}

/** A top-level section: its own line and the lines below it, as they stand. */
export interface Section {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly body: readonly Line[];
}

/**
 * Keys at the left edge of `kubectl describe` (kubectl pkg/describe, 1.24 to 1.36), for the kinds that are read.
 * A message with line breaks puts foreign words at the left edge; only these begin a section.
 */
const SECTION_KEYS: ReadonlySet<string> = new Set(
  [
    'Name|Namespace|Priority|Priority Class Name|Runtime Class Name|Service Account|Node|Start Time|Labels|Annotations',
    'Status|Reason|Message|SeccompProfile|Termination Grace Period|IP|IPs|Controlled By|Created By|NominatedNodeName',
    'Init Containers|Containers|Ephemeral Containers|Readiness Gates|Conditions|Volumes|QoS Class|Node-Selectors',
    'Tolerations|Topology Spread Constraints|Events|Security|Resources|Deletion Grace Period|Termination Duration',
    'CreationTimestamp|Selector|Replicas|StrategyType|MinReadySeconds|RollingUpdateStrategy|Pod Template',
    'OldReplicaSets|NewReplicaSet|Pods Status|Update Strategy|Volume Claims|Desired Number of Nodes Scheduled',
    'Current Number of Nodes Scheduled|Number of Nodes Scheduled with Up-to-date Pods',
    'Number of Nodes Scheduled with Available Pods|Number of Nodes Misscheduled|Parallelism|Completions',
    'Completion Mode|Suspend|Backoff Limit|Completed At|Duration|Active Deadline Seconds|Pods Statuses|Schedule',
    'Concurrency Policy|Successful Job History Limit|Failed Job History Limit|Starting Deadline Seconds',
    'Last Schedule Time|Active Jobs|TTL Seconds After Finished|Job Template|Image pull secrets|Mountable secrets|Tokens',
    'Type|Data|Roles|Taints|Unschedulable|Lease|Addresses|Capacity|Allocatable|System Info|PodCIDR|PodCIDRs',
    'ProviderID|Non-terminated Pods|Allocated resources|Endpoints|Port|TargetPort|NodePort|Session Affinity',
    'External Traffic Policy|Internal Traffic Policy|IP Family Policy|IP Families|LoadBalancer Ingress',
    'QoS Classes|Phase|Resource Quotas',
  ]
    .join('|')
    .split('|'),
);

const SECTION_LINE = /^([A-Z][A-Za-z -]{0,60}):(?:\s+(.*))?$/;

/** Cuts a describe text, already free of common indentation, into its sections. */
export function sectionsOf(lines: readonly Line[]): Section[] {
  const sections: { key: string; value: string; line: number; body: Line[] }[] = [];
  for (const line of lines) {
    const found = sectionKey(line.text);
    if (found !== undefined) sections.push({ ...found, line: line.number, body: [] });
    else sections.at(-1)?.body.push(line);
  }
  return sections;
}

function sectionKey(text: string): { key: string; value: string } | undefined {
  if (text === 'Data' || /^Data\s*$/.test(text)) return { key: 'Data', value: '' };
  const found = SECTION_LINE.exec(text);
  const key = found?.[1];
  return key !== undefined && SECTION_KEYS.has(key) ? { key, value: (found?.[2] ?? '').trim() } : undefined;
}

export function indentOf(text: string): number {
  const indent = text.search(/\S/);
  return indent < 0 ? Number.POSITIVE_INFINITY : indent;
}

type Mutable = { key: string; value: string; raw: string; line: number; children: Mutable[] };

/** Nesting of real describe texts is 5; deeper lines become children of the last level. */
const MAX_DEPTH = 12;

/** The lines of a section as a tree by their indentation. */
export function fieldsOf(lines: readonly Line[]): readonly Field[] {
  const roots: Mutable[] = [];
  const open: { indent: number; field: Mutable }[] = [];
  const edge = indentOf(lines.find(({ text }) => text.trim() !== '')?.text ?? '');
  for (const { text, number } of lines) {
    if (text.trim() === '') continue;
    const indent = indentOf(text);
    if (indent < edge) {
      // A message with line breaks goes on at the left edge.
      open.at(-1)?.field.children.push(fieldOf(text.trim(), number));
      continue;
    }
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const field = fieldOf(text.trim(), number);
    (open.at(-1)?.field.children ?? roots).push(field);
    if (open.length < MAX_DEPTH) open.push({ indent, field });
  }
  return roots;
}

function fieldOf(raw: string, line: number): Mutable {
  const colon = /:(?=\s|$)/.exec(raw)?.index ?? -1;
  if (colon < 0) return { key: raw, value: '', raw, line, children: [] };
  return { key: raw.slice(0, colon), value: raw.slice(colon + 1).trim(), raw, line, children: [] };
}

export function child(fields: readonly Field[], key: string): Field | undefined {
  return fields.find((field) => field.key === key);
}

/** Value of a field; undefined when it is not there, empty, or `<none>`. */
export function printed(fields: readonly Field[], key: string): string | undefined {
  return said(child(fields, key)?.value);
}

/** A printed value that says something. */
export function said(value: string | undefined): string | undefined {
  return value === undefined || value === '' || /^<(?:none|unset|unknown|nil)>$/.test(value) ? undefined : value;
}

/** `Labels:` and its relatives: the first pair on the section's line, the others below it. */
export function pairsOf(section: Section | undefined, separator: '=' | ': '): Record<string, string> {
  if (section === undefined) return {};
  const lines = [section.value, ...section.body.map((line) => line.text.trim())];
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf(separator);
      return at <= 0 ? [] : [[line.slice(0, at), line.slice(at + separator.length).trim()] as const];
    }),
  );
}
