import { objectsOf, podSpecPath, type WrittenContainer, type WrittenWorkload, workloadOf } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { YamlAt } from './yaml-source.ts';

/** A patch of a kustomization: what it is for, and what it says. */
interface Patch {
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

/** A workload with a patch applied, as far as images go. */
export function withPatch<W extends WrittenWorkload>(workload: W, { target, body }: Patch): W {
  if (target !== undefined && !isTarget(workload, target)) return workload;
  if (body.isList()) return body.items().reduce((patched, operation) => withOperation(patched, operation), workload);
  const patch = workloadOf(body);
  if (patch === undefined) return workload;
  const same = patch.kind === workload.kind && patch.name === workload.name;
  return same || target !== undefined ? merged(workload, patch) : workload;
}

/** `name` of a target is an anchored regular expression; a plain name is the usual case (kustomize Selector). */
function isTarget({ kind, name, namespace }: WrittenWorkload, target: YamlAt): boolean {
  const says = (key: string, value: string | undefined) => {
    const wanted = target.get(key)?.string();
    return (
      wanted === undefined ||
      wanted === '' ||
      wanted === value ||
      wanted === '.*' ||
      (value !== undefined && matches(wanted, value))
    );
  };
  return says('kind', kind) && says('name', name) && (namespace === undefined || says('namespace', namespace));
}

/** `api-.*` and `.*-worker`: a star at one end is all that is understood of a pattern. */
function matches(pattern: string, value: string): boolean {
  if (pattern.endsWith('.*') && !pattern.startsWith('.*')) return value.startsWith(pattern.slice(0, -2));
  return pattern.startsWith('.*') && value.endsWith(pattern.slice(2));
}

/** Strategic merge: containers are merged by name. */
function merged<W extends WrittenWorkload>(workload: W, patch: WrittenWorkload): W {
  const containers = workload.containers.map((container) => {
    const other = patch.containers.find((c) => c.name === container.name && c.list === container.list);
    return other === undefined || other.image.length === 0 ? container : { ...container, image: other.image };
  });
  const added = patch.containers.filter(
    (c) => c.image.length > 0 && !workload.containers.some((known) => known.name === c.name && known.list === c.list),
  );
  return { ...workload, containers: [...containers, ...added] };
}

/** `replace` or `add` of `/spec/template/spec/containers/0/image`, or of a whole container at the end of the list. */
function withOperation<W extends WrittenWorkload>(workload: W, operation: YamlAt): W {
  const op = operation.get('op')?.string();
  const path = operation.get('path')?.string() ?? '';
  const value = operation.get('value');
  const before = `/${podSpecPath(workload.kind).join('/')}/`;
  if ((op !== 'replace' && op !== 'add') || value === undefined || !path.startsWith(before)) return workload;
  const [list, index, field] = path.slice(before.length).split('/');
  if (list === undefined || index === undefined) return workload;
  if (field === undefined) return op === 'add' ? withContainer(workload, list, value) : workload;
  const image = field === 'image' ? value.pieces() : undefined;
  if (image === undefined) return workload;
  const containers = workload.containers.map((c) =>
    c.list === list && c.index === Number(index) ? { ...c, image } : c,
  );
  return { ...workload, containers };
}

function withContainer<W extends WrittenWorkload>(workload: W, list: string, value: YamlAt): W {
  const name = value.get('name')?.string();
  const image = value.get('image')?.pieces();
  if (name === undefined || image === undefined) return workload;
  const added: WrittenContainer = { name, image, at: value, list, index: workload.containers.length };
  return { ...workload, containers: [...workload.containers, added] };
}
