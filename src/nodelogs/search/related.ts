import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import type { Related } from '../../core/node/search-answer.ts';
import { collect } from '../lines/collect.ts';
import { openText } from '../lines/text-file.ts';
import { readServices } from '../sections/services.ts';
import { alternativesOf, plainWords } from './alternatives.ts';

/** Units that a query may ask the state of, by the words for them. */
const UNITS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bcontainerd\b/i, ['containerd']],
  [/\bcri-?o\b/i, ['crio']],
  [/\bdocker(?:d)?\b/i, ['docker']],
  [/\bkubelet\b/i, ['kubelet']],
  [/\b(?:container )?runtime\b/i, ['containerd', 'crio', 'docker']],
];
const STATE = /\b(?:active|inactive|running|dead|failed|started|stopped)\b/i;
/** The line of `systemctl status` that would answer. */
const STATUS_LINE = /\bActive: (?:active|inactive|failed|activating|deactivating)\b/;
const RUNTIMES = ['containerd', 'crio', 'docker'];
/** Lists of services that are read: one for each node. */
const MAX_LISTS = 20;

/**
 * Where a query asks whether a unit runs: what the list of services says. Collectors keep no `systemctl status`, so
 * that no line at all is no sign of a stopped runtime (the log of a healthy one may be silent on it).
 */
export async function runtimeState(
  bundle: NodeBundle,
  query: string,
  found: readonly string[],
): Promise<readonly Related[]> {
  const units = unitsAskedFor(query);
  if (units.length === 0 || found.some((line) => STATUS_LINE.test(line))) return [];
  const about = `whether ${units.join(' or ')} runs`;
  const files = bundle.files.filter(({ kind }) => kind === 'services').slice(0, MAX_LISTS);
  if (files.length === 0)
    return [
      { about, says: 'The list of services (systemctl list-units) was not collected; a silent log proves nothing.' },
    ];
  return (await Promise.all(files.map((file) => statesIn(file, units, about)))).flat();
}

async function statesIn(file: NodeFile, units: readonly string[], about: string): Promise<readonly Related[]> {
  const place = { path: file.path };
  const text = await headOf(file);
  if (text === undefined) return [{ about, says: `${file.path} cannot be read.`, place }];
  const listed = readServices({ path: file.path, text, cut: false }).filter(({ name }) => units.includes(name));
  if (listed.length === 0)
    return [{ about, says: `${file.path} lists no ${units.join('.service, no ')}.service.`, place }];
  return listed.map(({ name, load, active, sub, line }) => ({
    about: `whether ${name} runs`,
    says: `${file.path} lists ${name}.service as ${load} ${active} ${sub}.`,
    place: { ...place, line },
  }));
}

/** A state and a unit in one alternative; or the words of `systemctl status` with a unit anywhere, or none. */
function unitsAskedFor(query: string): readonly string[] {
  const parts = alternativesOf(query).map(plainWords);
  const asks = parts.filter((part) => STATE.test(part));
  const named = [...new Set(asks.flatMap(unitsIn))];
  if (named.length > 0) return named;
  return asks.some((part) => /\bActive: /.test(part)) ? RUNTIMES : [];
}

function unitsIn(words: string): readonly string[] {
  return UNITS.flatMap(([pattern, units]) => (pattern.test(words) ? units : []));
}

const MAX_BYTES = 1024 * 1024;

async function headOf(file: NodeFile): Promise<string | undefined> {
  try {
    return (await collect(await openText(file), 0, MAX_BYTES)).toString('utf8');
  } catch {
    return undefined;
  }
}
