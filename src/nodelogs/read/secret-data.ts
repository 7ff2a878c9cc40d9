import { depthOf } from './spans.ts';

/** What is known of an object of Kubernetes, at one depth of YAML or of JSON over several lines. */
interface ObjectAt {
  readonly kind?: string;
}

/** Whose values the lines below `data:` are. */
type Owner = 'secret' | 'other' | 'unknown';

const KEY = /^([\s-]{0,200})["']?(apiVersion|kind|data|binaryData|stringData)["']?\s{0,3}:\s{0,3}(.{0,200})$/;
/** How far a `kind:` is looked for below its data. */
const AHEAD = 400;
/** Maps that one object may have beside the first. */
const MAPS = 2;

/** Follows objects of Kubernetes line by line, as far as to know which lines are values of a Secret. */
export class SecretData {
  readonly #objects = new Map<number, ObjectAt>();
  #map: { readonly depth: number; readonly owner: Owner } | undefined;

  /** Whose value stands on the line; undefined on all that is no data of an object. `ahead` are the lines below. */
  follow(line: string, ahead: Iterable<string>): Owner | undefined {
    if (line.trim() === '') return undefined;
    const depth = depthOf(line);
    if (this.#map !== undefined && depth > this.#map.depth) return this.#map.owner;
    this.#map = undefined;
    for (const known of this.#objects.keys()) if (known > depth) this.#objects.delete(known);
    if (line.startsWith('---')) this.#objects.clear();
    const [, indentation = '', key, value = ''] = KEY.exec(line) ?? [];
    if (key !== undefined) this.#take(indentation.length, key, value, ahead);
    return undefined;
  }

  #take(depth: number, key: string, value: string, ahead: Iterable<string>): void {
    if (key === 'kind') this.#objects.set(depth, { kind: /^["']?(\w{1,63})/.exec(value)?.[1] ?? '' });
    else if (key !== 'apiVersion' && /^\{?\s*$/.test(value)) this.#map = { depth, owner: this.#ownerAt(depth, ahead) };
  }

  #ownerAt(depth: number, ahead: Iterable<string>): Owner {
    const kind = this.#objects.get(depth)?.kind ?? kindBelow(depth, ahead);
    if (kind !== undefined) return kind === 'Secret' ? 'secret' : 'other';
    return [...this.#objects.values()].some((object) => object.kind === 'SecretList') ? 'secret' : 'unknown';
  }
}

/** `kubectl get -o yaml` sorts the keys: `data` comes before `kind`. */
function kindBelow(depth: number, ahead: Iterable<string>): string | undefined {
  let left = AHEAD;
  let maps = MAPS;
  for (const line of ahead) {
    left -= 1;
    if (left < 0 || line.startsWith('---')) return undefined;
    if (line.trim() === '') continue;
    const [, indentation = '', key, value = ''] = KEY.exec(line) ?? [];
    if (depthOf(line) < depth) return undefined;
    if (indentation.length === depth && key?.endsWith('ata') === true) maps -= 1;
    if (maps < 0) return undefined;
    if (key === 'kind' && indentation.length === depth) return /^["']?(\w{1,63})/.exec(value)?.[1];
  }
  return undefined;
}
