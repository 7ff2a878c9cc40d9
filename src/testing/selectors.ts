import type { Resource } from './resources.ts';
import type { RawObject } from './store.ts';

/** A selector that the API server would refuse; the message is its own. */
export class BadSelector extends Error {}

export type Predicate = (object: RawObject) => boolean;

/** `status.phase=Pending,spec.nodeName!=a`: only fields that the resource supports. */
export function fieldSelector(text: string, resource: Resource): Predicate {
  const supported = ['metadata.name', 'metadata.namespace', ...(resource.fields ?? [])];
  const tests = terms(text).map((term) => {
    const match = /^([^=!]+)(==|!=|=)(.*)$/.exec(term);
    const [, field = '', operator, wanted] = match ?? [];
    if (match === null) throw new BadSelector(`invalid selector: '${text}'; can't understand '${term}'`);
    if (!supported.includes(field)) throw new BadSelector(`field label not supported: ${field}`);
    return (object: RawObject) => (fieldOf(object, field) === wanted) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** `app=api,tier!=db,team in (a, b),!legacy,track`. */
export function labelSelector(text: string): Predicate {
  const tests = terms(text).map((term): Predicate => {
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
    if (set !== null) {
      const values = (set[3] ?? '').split(',').map((v) => v.trim());
      return (o) => values.includes(labelOf(o, set[1] ?? '') ?? '') === (set[2] === 'in');
    }
    const equal = /^([^=!]+?)\s*(==|!=|=)\s*(.*)$/.exec(term);
    if (equal !== null) return (o) => (labelOf(o, equal[1] ?? '') === equal[3]) === (equal[2] !== '!=');
    return term.startsWith('!')
      ? (o) => labelOf(o, term.slice(1)) === undefined
      : (o) => labelOf(o, term) !== undefined;
  });
  return (object) => tests.every((test) => test(object));
}

/** Splits at commas outside parentheses. */
function terms(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((t) => t.trim())
    .filter(Boolean);
}

function labelOf({ metadata }: RawObject, key: string): string | undefined {
  return metadata?.labels?.[key];
}

/** A field's value as the API server compares it: missing is the empty string. */
function fieldOf(object: RawObject, path: string): string {
  if (path === 'source') return String(at(object, ['source', 'component']) ?? at(object, ['reportingComponent']) ?? '');
  return String(at(object, path.split('.')) ?? '');
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
