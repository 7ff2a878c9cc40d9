/** Which nodes a pod asks for, as far as platforms are concerned; a missing list means any. */
export interface NodeChoice {
  readonly os?: readonly string[];
  readonly architectures?: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** Labels that every kubelet sets (and their names before 1.14). */
const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os'];
const ARCHITECTURE_LABELS = ['kubernetes.io/arch', 'beta.kubernetes.io/arch'];

/** `nodeSelector` and the required node affinity of a pod specification; undefined when neither names a platform. */
export function nodeChoiceOf(spec: Json): NodeChoice | undefined {
  const os = valuesFor(OS_LABELS, spec);
  const architectures = valuesFor(ARCHITECTURE_LABELS, spec);
  if (os === undefined && architectures === undefined) return undefined;
  return { ...(os === undefined ? {} : { os }), ...(architectures === undefined ? {} : { architectures }) };
}

/** Whether a pod with this choice may be put on a node of a platform (`linux/arm64`). */
export function mayRunOn(choice: NodeChoice | undefined, platform: string): boolean {
  const [os = '', architecture = ''] = platform.split('/');
  return (choice?.os?.includes(os) ?? true) && (choice?.architectures?.includes(architecture) ?? true);
}

function valuesFor(labels: readonly string[], spec: Json): readonly string[] | undefined {
  const selector = at(spec, 'nodeSelector');
  const selected = labels.map((label) => selector?.[label]).find((value) => typeof value === 'string');
  return typeof selected === 'string' ? [selected] : affinityFor(labels, spec);
}

/** Terms are alternatives: one that leaves the label open leaves it open in all. */
function affinityFor(labels: readonly string[], spec: Json): readonly string[] | undefined {
  const node = at(at(spec, 'affinity'), 'nodeAffinity');
  const required = at(node, 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = objects(required?.nodeSelectorTerms).map((term) =>
    objects(term.matchExpressions).find(
      ({ key, operator }) => typeof key === 'string' && labels.includes(key) && operator === 'In',
    ),
  );
  if (terms.length === 0 || terms.includes(undefined)) return undefined;
  return terms.flatMap((term) =>
    Array.isArray(term?.values) ? term.values.filter((value): value is string => typeof value === 'string') : [],
  );
}

function at(value: Json | undefined, key: string): Json | undefined {
  const inner = value?.[key];
  return isObject(inner) ? inner : undefined;
}

function objects(list: unknown): readonly Json[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
