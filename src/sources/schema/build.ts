import type { BuildRun, Container } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { CONDITION } from './metadata.ts';
import {
  anything,
  array,
  type Infer,
  list,
  object,
  oneOf,
  optional,
  readLenient,
  record,
  string,
  text,
  textList,
} from './shape.ts';

const NAMED = object({
  name: string,
  value: optional(oneOf(string, array(anything), record)),
});
const STEP = object({ name: text, image: text, command: textList, args: textList });
const OUTPUT = optional(object({ image: text }));

const RUN = object({
  spec: optional(
    object({
      params: list(NAMED),
      /** Tekton, with the task written into the run. */
      taskSpec: optional(object({ steps: list(STEP) })),
      /** Shipwright. */
      output: OUTPUT,
      build: optional(object({ spec: optional(object({ output: OUTPUT })) })),
      /** Argo Workflows. */
      arguments: optional(object({ parameters: list(NAMED) })),
      templates: list(object({ container: optional(STEP) })),
    }),
  ),
  status: optional(
    object({
      conditions: list(CONDITION),
      results: list(NAMED),
      taskResults: list(NAMED),
      pipelineResults: list(NAMED),
      completionTime: text,
      buildSpec: optional(object({ output: OUTPUT })),
      phase: text,
      message: text,
      finishedAt: text,
    }),
  ),
});

type Run = Infer<typeof RUN>;

const KINDS: ReadonlySet<string> = new Set([
  'tekton.dev/TaskRun',
  'tekton.dev/PipelineRun',
  'shipwright.io/BuildRun',
  'argoproj.io/Workflow',
]);

/** Parameters and results by which the usual tasks and templates name what they push. */
const IMAGE_NAME =
  /^(?:(?:output|target|app|docker|built|result)[-_]?)?(?:image|destination)(?:[-_]?(?:url|name|ref|reference|uri|repository))?$/i;

/** What a run of a build system says of itself; undefined for any other kind. Never throws. */
export function buildRunOf(group: string | undefined, kind: string, raw: unknown): BuildRun | undefined {
  if (!KINDS.has(`${group}/${kind}`)) return undefined;
  const run = readLenient(RUN, raw)?.value;
  if (run === undefined) return undefined;
  const spec = run.spec ?? {};
  const status = run.status ?? {};
  const named = [spec.params, spec.arguments?.parameters, status.results, status.taskResults, status.pipelineResults];
  const outputs = [
    ...named
      .flatMap((all) => all ?? [])
      .flatMap(({ name, value }) => (IMAGE_NAME.test(name) && typeof value === 'string' ? value.trim() : [])),
    ...[spec.output, spec.build?.spec?.output, status.buildSpec?.output].flatMap((output) => output?.image ?? []),
  ];
  return { outputs: [...new Set(outputs)], steps: stepsOf(run), ...stateOf(status) };
}

function stepsOf({ spec }: Run): Container[] {
  const steps = [
    ...(spec?.taskSpec?.steps ?? []),
    ...(spec?.templates ?? []).flatMap(({ container }) => container ?? []),
  ];
  const parameters = new Map(
    [...(spec?.params ?? []), ...(spec?.arguments?.parameters ?? [])].flatMap(({ name, value }) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
  return steps.map(({ name, image, command, args }) => ({
    name: name ?? 'step',
    role: 'main',
    mounts: [],
    ...defined({ image }),
    ...defined({
      command: command?.map((word) => filled(word, parameters)),
      args: args?.map((word) => filled(word, parameters)),
    }),
  }));
}

/** `$(params.image)` of Tekton, `{{workflow.parameters.image}}` and `{{inputs.parameters.image}}` of Argo. */
function filled(word: string, parameters: ReadonlyMap<string, string>): string {
  return word.replaceAll(
    /\$\(params\.([\w-]{1,100})\)|\{\{\s?(?:workflow|inputs)\.parameters\.([\w-]{1,100})\s?\}\}/g,
    (whole, a: string | undefined, b: string | undefined) => parameters.get(a ?? b ?? '') ?? whole,
  );
}

const PHASES: Readonly<Record<string, BuildRun['state']>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
  Running: 'running',
  Pending: 'pending',
};

/** Tekton and Shipwright have a condition `Succeeded` of three values, Argo a phase. */
function stateOf(status: NonNullable<Run['status']>): Pick<BuildRun, 'state' | 'message' | 'finishedAt'> {
  const condition = status.conditions?.find(({ type }) => type === 'Succeeded');
  const byCondition = { True: 'succeeded', False: 'failed', Unknown: 'running' } as const;
  const state =
    condition === undefined
      ? (PHASES[status.phase ?? ''] ?? 'unknown')
      : (byCondition[condition.status as 'True'] ?? 'unknown');
  const finishedAt = status.completionTime ?? status.finishedAt;
  return { state, ...defined({ message: condition?.message ?? status.message, finishedAt }) };
}
