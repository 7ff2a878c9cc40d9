import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isNode, LineCounter } from 'yaml';
import { excerpt, neutralize } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';
import { parseYaml } from '../../core/yaml.ts';
import { type FindOptions, findUses, type Path } from './find-uses.ts';
import { joinSets, type ManifestSet, NO_MANIFESTS } from './manifest-set.ts';

export interface ReadManifestsOptions extends Partial<FindOptions> {
  /** What `-` stands for. */
  readonly stdin?: () => Promise<Uint8Array>;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform']);
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 5_000;
const MAX_ALIASES = 1_000;

/**
 * All that manifests say about images: files, folders (every .yaml, .yml and .json below them) or `-`, which is how
 * rendered charts and overlays come. Throws `UsageError` when a path cannot be read or nothing in it is a manifest.
 */
export async function readManifests(
  paths: readonly string[],
  options: ReadManifestsOptions = {},
): Promise<ManifestSet> {
  const sets: ManifestSet[] = [];
  for (const path of paths) sets.push(await readPath(path, options));
  return joinSets(sets);
}

async function readPath(path: string, options: ReadManifestsOptions): Promise<ManifestSet> {
  if (path === '-') {
    if (options.stdin === undefined) throw new UsageError('-f -: there is no standard input here; give a path');
    return readText(new TextDecoder().decode(await options.stdin()), 'standard input', options);
  }
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new UsageError(`-f ${path}: no such file or folder; give manifests, a folder, or -`);
  if (!info.isDirectory()) return readFileAt(path, options);
  const sets: ManifestSet[] = [];
  for (const file of await filesBelow(path)) sets.push(await readFileAt(file, options));
  return joinSets(sets);
}

async function readFileAt(path: string, options: ReadManifestsOptions): Promise<ManifestSet> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) return { ...NO_MANIFESTS, problems: [`${neutralize(path)} is too large for a manifest`] };
  return readText(await readFile(path, 'utf8'), neutralize(path), options);
}

/** In sorted order; links are not followed. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const open = [folder];
  for (let at = open.shift(); at !== undefined && files.length < MAX_FILES; at = open.shift()) {
    const found = await readdir(at, { withFileTypes: true });
    for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) open.push(path);
      if (entry.isFile() && MANIFEST.test(entry.name)) files.push(path);
    }
  }
  return files.sort();
}

function readText(text: string, file: string, options: ReadManifestsOptions): ManifestSet {
  const lines = new LineCounter();
  const read = parseYaml(text, { lineCounter: lines, uniqueKeys: false });
  if ('problem' in read) return { ...NO_MANIFESTS, problems: [`${file} is ${read.problem}`] };
  return joinSets(read.documents.map((document) => readDocument(document, lines, file, text, options)));
}

function readDocument(
  document: Document.Parsed,
  lines: LineCounter,
  file: string,
  text: string,
  { namespace = 'default', anyImage = false }: ReadManifestsOptions,
): ManifestSet {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    // The parser's own message quotes the text, which may be a Secret.
    const template = text.includes('{{') ? '; a chart is rendered first: helm template . | pullwhy preflight -f -' : '';
    return { ...NO_MANIFESTS, problems: [`${file}:${line} is not valid YAML${template}`] };
  }
  const value = contentOf(document);
  if (value === undefined) return { ...NO_MANIFESTS, problems: [`${file}: too many YAML aliases`] };
  const { uses, secrets, serviceAccounts } = findUses(value, { namespace, anyImage });
  return {
    uses: uses.map(({ path, ...use }) => ({
      ...use,
      owner: excerpt(use.owner, 300),
      file,
      line: lineOf(document, path, lines),
    })),
    secrets,
    serviceAccounts,
    problems: [],
  };
}

function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
  } catch {
    return undefined;
  }
}

/** The line of a field; of the nearest thing around it where an alias or merge leads elsewhere. */
function lineOf(document: Document.Parsed, path: Path, lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return lines.linePos(document.range[0]).line;
}
