import type { ImageUse, ManifestSecret, ManifestServiceAccount } from './manifest-set.ts';
import { nodeChoiceOf } from './node-choice.ts';

export type Path = readonly (string | number)[];

/** What a document's objects hold; the path leads to the image's own field. */
export interface Finds {
  readonly uses: (Omit<ImageUse, 'file' | 'line'> & { readonly path: Path })[];
  readonly secrets: ManifestSecret[];
  readonly serviceAccounts: ManifestServiceAccount[];
}

export interface FindOptions {
  /** For objects that name none. */
  readonly namespace: string;
  /** Also fields called `image` outside of pods: custom resources. */
  readonly anyImage: boolean;
}

type Json = Readonly<Record<string, unknown>>;

interface Owner {
  readonly owner: string;
  readonly namespace: string;
}

/** Deeper than any manifest; a hostile one must not exhaust the stack. */
const MAX_DEPTH = 60;
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'];

/**
 * Finds pod specifications wherever they stand: in Pods, in the templates of every workload, in lists, and in custom
 * resources that embed a pod template.
 */
export function findUses(document: unknown, options: FindOptions): Finds {
  const finds: Finds = { uses: [], secrets: [], serviceAccounts: [] };
  walk(document, [], { owner: 'document', namespace: options.namespace }, finds, options);
  return finds;
}

function walk(value: unknown, path: Path, around: Owner, finds: Finds, options: FindOptions): void {
  if (path.length > MAX_DEPTH || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, [...path, index], around, finds, options);
    return;
  }
  const json = value as Json;
  const owner = ownerOf(json, around, options);
  if (json.kind === 'Secret') finds.secrets.push(secretOf(json, owner));
  if (json.kind === 'ServiceAccount') finds.serviceAccounts.push(accountOf(json, owner));
  const isPod = isPodSpec(json);
  if (isPod) finds.uses.push(...usesOf(json, path, owner));
  const image = json.image;
  if (options.anyImage && !isPod && typeof image === 'string' && !insidePod(path))
    finds.uses.push({ image, path: [...path, 'image'], ...owner, serviceAccount: 'default' });
  for (const [key, inner] of Object.entries(json)) walk(inner, [...path, key], owner, finds, options);
}

/** An object of its own changes whom the images below it belong to. */
function ownerOf({ kind, metadata }: Json, around: Owner, { namespace: usual }: FindOptions): Owner {
  if (typeof kind !== 'string' || !isObject(metadata) || typeof metadata.name !== 'string') return around;
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : usual;
  return { owner: `${kind} ${namespace}/${metadata.name}`, namespace };
}

function isPodSpec({ containers }: Json): boolean {
  return Array.isArray(containers) && containers.some((c) => isObject(c) && ('image' in c || 'name' in c));
}

function insidePod(path: Path): boolean {
  return path.some((part) => typeof part === 'string' && CONTAINER_LISTS.includes(part)) || path.includes('volumes');
}

function usesOf(spec: Json, path: Path, owner: Owner): Finds['uses'] {
  const secrets = namesIn(spec.imagePullSecrets);
  const account = [spec.serviceAccountName, spec.serviceAccount].find(
    (name) => typeof name === 'string' && name !== '',
  );
  const nodes = nodeChoiceOf(spec);
  const common = {
    ...owner,
    serviceAccount: typeof account === 'string' ? account : 'default',
    ...(secrets === undefined ? {} : { pullSecrets: secrets }),
    ...(nodes === undefined ? {} : { nodes }),
  };
  return [
    ...CONTAINER_LISTS.flatMap((list) => containersIn(spec, list, path, common)),
    ...volumesIn(spec, path, common),
  ];
}

type Common = Omit<ImageUse, 'file' | 'line' | 'image'>;

function containersIn(spec: Json, list: string, path: Path, common: Common): Finds['uses'] {
  return entries(spec[list]).map(([container, index]) => ({
    ...common,
    image: typeof container.image === 'string' ? container.image : '',
    path: [...path, list, index, 'image'],
    ...(typeof container.name === 'string' ? { container: `container ${container.name}` } : {}),
    ...(typeof container.imagePullPolicy === 'string' ? { pullPolicy: container.imagePullPolicy } : {}),
  }));
}

/** Image volumes (Kubernetes 1.31 and later) pull like containers. */
function volumesIn(spec: Json, path: Path, common: Common): Finds['uses'] {
  return entries(spec.volumes).flatMap(([volume, index]) => {
    const image = isObject(volume.image) ? volume.image : undefined;
    if (image === undefined || typeof image.reference !== 'string') return [];
    return [
      {
        ...common,
        image: image.reference,
        path: [...path, 'volumes', index, 'image', 'reference'],
        container: `volume ${String(volume.name)}`,
        ...(typeof image.pullPolicy === 'string' ? { pullPolicy: image.pullPolicy } : {}),
      },
    ];
  });
}

function secretOf({ metadata, type, data, stringData }: Json, { namespace }: Owner): ManifestSecret {
  return {
    namespace,
    name: nameIn(metadata),
    ...(typeof type === 'string' ? { type } : {}),
    ...(isObject(data) ? { data: strings(data) } : {}),
    ...(isObject(stringData) ? { stringData: strings(stringData) } : {}),
  };
}

function accountOf({ metadata, imagePullSecrets }: Json, { namespace }: Owner): ManifestServiceAccount {
  return { namespace, name: nameIn(metadata), pullSecrets: namesIn(imagePullSecrets) ?? [] };
}

function nameIn(metadata: unknown): string {
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

/** Undefined for no list; the ServiceAccount's list stands in for an empty one as well (admission plugin, 1.36). */
function namesIn(list: unknown): readonly string[] | undefined {
  const names = entries(list).flatMap(([item]) =>
    typeof item.name === 'string' && item.name !== '' ? [item.name] : [],
  );
  return names.length === 0 ? undefined : names;
}

function entries(list: unknown): readonly (readonly [Json, number])[] {
  return Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [[item, index] as const] : [])) : [];
}

function strings(object: Json): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? value : null]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
