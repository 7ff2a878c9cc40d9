import { matchesLabels, matchesPattern } from './kustomize-selector.ts';
import { objectsOf, podSpecPath, type WrittenContainer, type WrittenWorkload, workloadOf } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { WrittenObject } from './written-object.ts';
import type { YamlAt } from './yaml-source.ts';

/** A patch of a kustomization: what it is for, and what it says. */
export interface Patch {
  readonly target?: YamlAt;
  /** A partial object, or the list of operations of a JSON patch. */
  readonly body: YamlAt;
}

/** All patches of a kustomization in the order in which they apply. */
export function patchesOf(repository: Repository, file: string, kustomization: YamlAt): readonly Patch[] {
  const folder = folderOf(file);
  const merges = (kustomization.get('patchesStrategicMerge')?.items() ?? []).flatMap((at) =>
    bodies(repository, folder, at),
  );
  const others = ['patches', 'patchesJson6902'].flatMap((key) =>
    (kustomization.get(key)?.items() ?? []).flatMap((entry) => patchOf(repository, folder, entry)),
  );
  return [...merges.map((body) => ({ body })), ...others];
}

export function patchOf(repository: Repository, folder: string, entry: YamlAt): readonly Patch[] {
  const target = entry.get('target');
  const inline = entry.get('patch');
  const from = inline ?? entry.get('path');
  if (from === undefined) return [];
  const found = inline === undefined ? bodies(repository, folder, from) : inlineBodies(inline);
  return found.map((body) => ({ body, ...(target === undefined ? {} : { target }) }));
}

/** What a kustomization changes by patches whose text is written with escapes or folded: no line of theirs can be named. */
export function unreadPatches(file: string, kustomization: YamlAt): readonly string[] {
  const texts = ['patches', 'patchesJson6902'].flatMap((key) =>
    (kustomization.get(key)?.items() ?? []).flatMap((entry) => entry.get('patch') ?? []),
  );
  const isUnread = (at: YamlAt) => (at.string() ?? '').trim() !== '' && inlineBodies(at).length === 0;
  return texts.some(isUnread) ? [`${file} has a patch in escaped or folded text, which is not followed`] : [];
}

/** A path to a file, or the patch itself. */
function bodies(repository: Repository, folder: string, at: YamlAt): readonly YamlAt[] {
  const text = at.string() ?? '';
  const path = text.includes('\n') ? undefined : resolvePath(folder, text);
  const documents = path === undefined ? [] : repository.documents(path);
  return documents.length > 0 ? listsOrObjects(documents) : inlineBodies(at);
}

function inlineBodies(at: YamlAt): readonly YamlAt[] {
  const embedded = at.isMap() || at.isList() ? at : at.embedded();
  return embedded === undefined ? [] : listsOrObjects([embedded]);
}

function listsOrObjects(documents: readonly YamlAt[]): readonly YamlAt[] {
  return documents.flatMap((document) => (document.isList() ? document : objectsOf([document])));
}

/** What a patch is compared with. */
interface Patched {
  readonly kind: string;
  readonly name?: string;
  readonly formerNames?: readonly string[];
  readonly namespace?: string;
}

/** A workload with a patch applied, as far as pulls go. */
export function withPatch<W extends WrittenWorkload>(workload: W, { target, body }: Patch): W {
  if (target !== undefined && !isTarget(workload, workload.object, target)) return workload;
  if (body.isList()) return body.items().reduce((patched, operation) => withOperation(patched, operation), workload);
  const patch = workloadOf(body);
  if (patch === undefined) return workload;
  return target !== undefined || isSame(workload, patch) ? merged(workload, patch) : workload;
}

/** Another object with a patch merged over it; operations on such are not followed. */
export function withObjectPatch(object: WrittenObject, { target, body }: Patch): WrittenObject {
  if (body.isList() || (target !== undefined && !isTarget(object, object.at, target))) return object;
  const kind = body.get('kind')?.string() ?? '';
  const name = body.at('metadata', 'name')?.string() ?? '';
  const fits = target !== undefined || isSame(object, { kind, name });
  return fits ? { ...object, patches: [...object.patches, body] } : object;
}

function isSame({ kind, name, formerNames = [] }: Patched, patch: Patched): boolean {
  return kind === patch.kind && patch.name !== undefined && [name, ...formerNames].includes(patch.name);
}

/** `name` and `namespace` of a target are anchored regular expressions (kustomize types.Selector). */
function isTarget({ kind, name, formerNames = [], namespace }: Patched, object: YamlAt, target: YamlAt): boolean {
  const says = (key: string, values: readonly (string | undefined)[]) => {
    const wanted = target.get(key)?.string() ?? '';
    return wanted === '' || values.some((value) => value !== undefined && matchesPattern(wanted, value) === true);
  };
  const labels = (key: string, of: string) =>
    matchesLabels(target.get(key)?.string() ?? '', object.at('metadata', of)) !== false;
  return (
    says('kind', [kind]) &&
    says('name', [name, ...formerNames]) &&
    (namespace === undefined || says('namespace', [namespace])) &&
    labels('labelSelector', 'labels') &&
    labels('annotationSelector', 'annotations')
  );
}

/** A clause on a patch whose target is picked by something that is not worked out. */
export function whyNotUnderstood({ target, body }: Patch): string | undefined {
  if (target === undefined) return undefined;
  const strange = ['kind', 'name', 'namespace'].find((key) => {
    const wanted = target.get(key)?.string() ?? '';
    return wanted !== '' && matchesPattern(wanted, '') === undefined;
  });
  return strange === undefined
    ? undefined
    : `a patch in ${body.source.path} is for ${strange} ${target.get(strange)?.string()}, a pattern that is not worked out`;
}

/** Strategic merge: containers are merged by name. */
function merged<W extends WrittenWorkload>(workload: W, patch: WrittenWorkload): W {
  const containers = workload.containers.map((container) => {
    const other = patch.containers.find((c) => c.name === container.name && c.list === container.list);
    if (other === undefined) return container;
    const image = other.image.length === 0 ? container.image : other.image;
    return { ...container, image, maps: [...container.maps, ...other.maps] };
  });
  const added = patch.containers.filter(
    (c) => c.image.length > 0 && !workload.containers.some((known) => known.name === c.name && known.list === c.list),
  );
  return { ...workload, podSpecs: [...workload.podSpecs, ...patch.podSpecs], containers: [...containers, ...added] };
}

/** One operation of a JSON patch (RFC 6902) on a container or on its image or pull policy. */
function withOperation<W extends WrittenWorkload>(workload: W, operation: YamlAt): W {
  const op = operation.get('op')?.string();
  const path = operation.get('path')?.string() ?? '';
  const value = operation.get('value');
  const before = `/${podSpecPath(workload.kind).join('/')}/`;
  const [list, index, field] = path.startsWith(before) ? path.slice(before.length).split('/') : [];
  if (list === undefined || index === undefined) return workload;
  if (op === 'remove' && field === undefined) return withoutContainer(workload, list, Number(index));
  if ((op !== 'replace' && op !== 'add') || value === undefined) return workload;
  if (field === undefined) return withContainer(workload, op, list, index, value);
  const isThis = (c: WrittenContainer) => c.list === list && c.index === Number(index);
  return { ...workload, containers: workload.containers.map((c) => (isThis(c) ? withField(c, field, value) : c)) };
}

/** Those behind it move up. */
function withoutContainer<W extends WrittenWorkload>(workload: W, list: string, index: number): W {
  const containers = workload.containers.flatMap((c) => {
    if (c.list !== list || c.index < index) return [c];
    return c.index === index ? [] : [{ ...c, index: c.index - 1 }];
  });
  return { ...workload, containers };
}

function withField(container: WrittenContainer, field: string, value: YamlAt): WrittenContainer {
  const image = field === 'image' ? value.pieces() : undefined;
  const fields = new Map([...(container.fields ?? []), [field, value] as const]);
  return { ...container, ...(image === undefined ? {} : { image }), fields };
}

function withContainer<W extends WrittenWorkload>(
  workload: W,
  op: 'add' | 'replace',
  list: string,
  index: string,
  value: YamlAt,
): W {
  const name = value.get('name')?.string();
  const image = value.get('image')?.pieces();
  if (name === undefined || image === undefined) return workload;
  const at = index === '-' ? workload.containers.filter((c) => c.list === list).length : Number(index);
  const added: WrittenContainer = { name, image, maps: [value], list, index: at };
  if (op === 'replace') {
    return { ...workload, containers: workload.containers.map((c) => (c.list === list && c.index === at ? added : c)) };
  }
  const shifted = workload.containers.map((c) => (c.list === list && c.index >= at ? { ...c, index: c.index + 1 } : c));
  return { ...workload, containers: [...shifted, added] };
}
