import type { Json, Phase, Procedure, Step } from '../core/sop/procedure.ts';
import { parseExpression, parsePath, pathsOf } from './expression/parse.ts';
import { ExpressionError } from './expression/syntax.ts';
import type { FormatProblem } from './format.ts';
import { placeholdersIn, textsOf } from './placeholders.ts';

/** Names that the runner itself gives: `it` and `item` are entries of lists, the others are of the last page. */
const RESERVED: ReadonlySet<string> = new Set(['it', 'item', 'run', 'cause', 'causes', 'issue']);

/** The names that may be referred to at one place. */
type Names = ReadonlySet<string>;
type Place = readonly (string | number)[];

/** What in a procedure refers to nothing, or does not parse; the first such thing. */
export function checkReferences(procedure: Procedure): FormatProblem | undefined {
  try {
    checkInputs(procedure);
    const steps = checkSteps(procedure);
    const all = new Set([...namesOfInputs(procedure), ...steps]);
    procedure.inputs.forEach((input, i) => {
      if (input.else !== undefined) checkPath(input.else, steps, ['inputs', i, 'else']);
    });
    procedure.conclude.forEach((path, i) => {
      checkPath(path, steps, ['conclude', i]);
    });
    procedure.escalation.forEach((rule, i) => {
      if (rule.if !== undefined) checkExpression(rule.if, new Set([...all, 'causes']), ['escalation', i, 'if']);
    });
    procedure.issues.forEach((issue, i) => {
      if (issue.if !== undefined) checkExpression(issue.if, new Set([...all, 'causes']), ['issues', i, 'if']);
    });
    const page = new Set([...all, 'run', 'issue']);
    checkTexts(procedure.output.template, new Set([...page, 'cause']), ['output', 'template']);
    checkTexts(procedure.output.none, page, ['output', 'none']);
    return undefined;
  } catch (error) {
    if (error instanceof Misreference) return { path: error.place, message: error.message };
    throw error;
  }
}

class Misreference extends Error {
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

function namesOfInputs({ inputs }: Procedure): string[] {
  return inputs.map((input) => input.name);
}

function checkInputs(procedure: Procedure): void {
  const seen = new Set(RESERVED);
  namesOfInputs(procedure).forEach((name, i) => {
    if (seen.has(name)) throw new Misreference(['inputs', i, 'name'], `${name} is taken`);
    seen.add(name);
  });
}

/** The ids of all steps; each may only refer to what runs before it. */
function checkSteps(procedure: Procedure): Names {
  const inputs = new Set(namesOfInputs(procedure));
  const before = new Set<string>();
  procedure.phases.forEach((phase, p) => {
    phase.steps.forEach((step, s) => {
      const place = ['phases', p, 'steps', s] as const;
      if (before.has(step.id) || inputs.has(step.id) || RESERVED.has(step.id))
        throw new Misreference([...place, 'id'], `${step.id} is taken`);
      checkStep(step, phase, { inputs, before }, place);
      before.add(step.id);
    });
  });
  return before;
}

function checkStep(
  step: Step,
  phase: Phase,
  { inputs, before }: { readonly inputs: Names; readonly before: Names },
  place: Place,
): void {
  if (step.tool === 'run_sop') throw new Misreference([...place, 'tool'], 'a procedure cannot run procedures');
  const known = new Set([...inputs, ...before]);
  const own = new Set([...known, step.id]);
  step.needs.forEach((id, i) => {
    if (!before.has(id)) throw new Misreference([...place, 'needs', i], `no step ${id} before ${phase.id}/${step.id}`);
  });
  if (step.each !== undefined) checkPath(step.each, known, [...place, 'each']);
  if (step.when !== undefined) checkExpression(step.when, known, [...place, 'when']);
  if (step.check !== undefined) checkExpression(step.check, known, [...place, 'check']);
  if (step.until !== undefined) checkExpression(step.until.holds, own, [...place, 'until', 'holds']);
  checkTexts(step.with, step.each === undefined ? known : new Set([...known, 'item']), [...place, 'with']);
  step.tells.forEach((telling, i) => {
    checkExpression(telling.if, own, [...place, 'tells', i, 'if']);
    checkTexts(telling.say, own, [...place, 'tells', i, 'say']);
  });
  step.cites.forEach((path, i) => {
    checkPath(path, own, [...place, 'cites', i]);
  });
  step.stop.forEach((rule, i) => {
    checkPath(rule.cause, own, [...place, 'stop', i, 'cause']);
    checkExpression(rule.where, new Set([...own, 'it']), [...place, 'stop', i, 'where']);
  });
}

function checkExpression(text: string, names: Names, place: Place): void {
  const paths = parsed(place, () => pathsOf(parseExpression(text)));
  for (const path of paths) checkRoot(path.root, names, place);
}

function checkPath(text: string, names: Names, place: Place): void {
  checkRoot(parsed(place, () => parsePath(text)).root, names, place);
}

function checkTexts(template: Json, names: Names, place: Place): void {
  for (const [at, text] of textsOf(template)) {
    const where = [...place, ...at];
    for (const { path } of parsed(where, () => placeholdersIn(text))) checkRoot(path.root, names, where);
  }
}

function checkRoot(root: string, names: Names, place: Place): void {
  if (!names.has(root)) throw new Misreference(place, `${root} is neither an input nor an earlier step`);
}

function parsed<T>(place: Place, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ExpressionError) throw new Misreference(place, error.message);
    throw error;
  }
}
