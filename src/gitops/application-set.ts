import { applicationUnits } from './argo-cd.ts';
import { unfollowed } from './built.ts';
import { type Params, paramsOf } from './generators.ts';
import { literal, renderedSource } from './helm/fragments.ts';
import type { Repository } from './repository.ts';
import { type Piece, textOf } from './slot.ts';
import type { Question, Unit } from './unit.ts';
import { parseSource, type YamlAt } from './yaml-source.ts';

/** Applications of one set that are looked at. */
const MAX_APPLICATIONS = 200;
/** The same for all sets of a checkout and all pulls: no team has more, but a stranger's files may. */
const MAX_OF_ALL = 20_000;
const PLACEHOLDER = /\{\{-?\s*([^{}]*?)\s*-?\}\}/;

/**
 * The Applications that an ApplicationSet makes of what stands in the checkout. What a generator asks clusters or other
 * services for is read from the name of the live Application, where that leaves one answer.
 */
export function applicationSetUnits(repository: Repository, set: YamlAt, question: Question): readonly Unit[] {
  const template = set.at('spec', 'template');
  if (template === undefined) return [];
  const all = (set.at('spec', 'generators')?.items() ?? []).flatMap((generator) => paramsOf(repository, generator));
  const budget = repository.once('applications of sets', () => ({ left: MAX_OF_ALL }));
  const looked = all.slice(0, Math.min(MAX_APPLICATIONS, budget.left));
  budget.left -= looked.length;
  if (looked.length < all.length) {
    const sort = `Applications of ApplicationSets beyond ${MAX_APPLICATIONS} of one set or ${MAX_OF_ALL} of all`;
    repository.unread.tell(sort, set.source.path, all.length - looked.length, set.start);
  }
  const units = looked.flatMap((params) => {
    const told = withLiveName(params, template.at('metadata', 'name')?.string() ?? '', question.owner?.name);
    const application = rendered(repository, template, told);
    return application === undefined ? [] : applicationUnits(repository, application, question).map(withoutOpenName);
  });
  const clauses = unfollowedIn(set);
  return units.map((unit) => ({ ...unit, unfollowed: [...unit.unfollowed, ...clauses] }));
}

function unfollowedIn(set: YamlAt): readonly string[] {
  const name = set.at('metadata', 'name')?.string() ?? '';
  return set.at('spec', 'templatePatch') === undefined
    ? []
    : unfollowed(`the templatePatch of ApplicationSet ${name} is not worked out`).unfollowed;
}

/** An Application whose name is not known may be any. */
function withoutOpenName(unit: Unit): Unit {
  if (unit.owner?.name.includes('{{') !== true) return unit;
  const { owner: _, ...rest } = unit;
  return rest;
}

/** `{{name}}-shop` and the live `prod-shop` tell that name is prod, when nothing else of the name is open. */
function withLiveName(params: Params, name: string, live: string | undefined): Params {
  const parts = name.split(new RegExp(PLACEHOLDER, 'g'));
  const open = new Set(parts.filter((key, i) => i % 2 === 1 && !params.has(keyOf(key))));
  const [key] = open;
  if (live === undefined || key === undefined || open.size > 1) return params;
  const at = parts.findIndex((part, i) => i % 2 === 1 && part === key);
  const known = (all: readonly string[], odd: number) =>
    all.map((part, i) => (i % 2 === odd ? textOf(params.get(keyOf(part)) ?? []) : part)).join('');
  const before = known(parts.slice(0, at), 1);
  const after = known(parts.slice(at + 1), 1);
  const value = live.slice(before.length, live.length - after.length);
  const fits = live.startsWith(before) && live.endsWith(after) && value !== '' && !after.includes('{{');
  return fits ? new Map([...params, [keyOf(key), [{ text: value }]]]) : params;
}

/** `.path.basename` and `path.basename`; `index .path.segments 1` and `path[1]`. */
function keyOf(words: string): string {
  const [, list, index] = /^index\s+\.?([\w.]+)\s+(\d+)$/.exec(words) ?? [];
  return list === undefined ? words.replace(/^\./, '') : `${list}.${index}`;
}

/** The template with what is known filled in; every filled-in text leads to where it is written. */
function rendered(repository: Repository, template: YamlAt, params: Params): YamlAt | undefined {
  const { source, start, node } = template;
  if (repository.text(source.path) !== source.text) return undefined;
  const text = source.text.slice(start, node.range?.[2] ?? start);
  const indent = source.line(start)?.column ?? 0;
  const fragments: Piece[] = [{ text: template.isFlow() ? '' : ' '.repeat(indent) }];
  let at = start;
  for (const [i, part] of text.split(new RegExp(`(${PLACEHOLDER.source})`, 'g')).entries()) {
    // The split gives text, placeholder and its inside, in turn.
    if (i % 3 === 2) continue;
    const value = i % 3 === 1 ? params.get(keyOf(PLACEHOLDER.exec(part)?.[1] ?? '')) : undefined;
    fragments.push(...(value ?? [literal(source.path, at, part)]));
    at += part.length;
  }
  const rendered = renderedSource(source.path, fragments, (path) => repository.text(path));
  return parseSource({ ...rendered, unread: repository.unread })[0];
}
