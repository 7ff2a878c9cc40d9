import { domainFault, PATH_MAX, pathFault } from './grammar.ts';
import { characterAt, firstUpperCase, type Layout, type Mistake, NO_VALUE, splice } from './layout.ts';
import { nameOf } from './odd-characters.ts';

const SLASH_IN_TAG = 'a tag cannot hold a slash; replace it (build systems often write -)';

/** What is wrong in the registry host or the repository, in reading order. */
export function mistakeInName(layout: Layout): Mistake | undefined {
  return mistakeInHost(layout) ?? mistakeInPath(layout);
}

/** Upper case, which the library refuses before it looks at anything else. */
export function mistakeOfCase({ raw, host, path }: Layout): Mistake | undefined {
  // A host of one word is no real host: its capitals made an owner name look like one.
  const start = host === undefined || !/[.:]/.test(host.text) || firstUpperCase(path.text) < 0 ? 0 : path.start;
  const end = path.start + path.text.length;
  const name = raw.slice(start, end);
  const offset = firstUpperCase(name);
  if (offset < 0) return undefined;
  return {
    position: start + offset,
    hint: 'repository names are lower case; lower-case it where the name is made (owner names on code hosts often have capitals)',
    fixed: splice(raw, start, end, name.toLowerCase()),
  };
}

function mistakeInHost({ raw, host, path }: Layout): Mistake | undefined {
  if (host === undefined) return undefined;
  const position = domainFault(host.text);
  if (position < 0) return undefined;
  // An underscore leaves the whole name to the path grammar, which may well accept it.
  if (pathFault(`${host.text}/${path.text}`) < 0) return undefined;
  return mistakeOfPort(raw, host.text, position) ?? { position, hint: hostHint(host.text, position) };
}

function hostHint(host: string, fault: number): string {
  const char = host.charAt(fault);
  if (host.startsWith('[')) return 'between [ and ] only an IPv6 address without a zone can stand';
  if (isBareIpv6(host)) return 'an IPv6 address must stand in brackets, as in [fd00::1]:5000/app';
  if (char === '_') return 'a registry host name cannot hold an underscore; use a host name that DNS can know';
  if (char === '.' || char === '-') return `the registry host has a misplaced ${nameOf(char)}`;
  return `${nameOf(characterAt(host, fault))} cannot stand in a registry host`;
}

/** A slash later on makes `app:feature/login` and `app:app:v1` look like a host with a port. */
function mistakeOfPort(raw: string, host: string, fault: number): Mistake | undefined {
  const colon = host.indexOf(':', host.indexOf(']') + 1);
  if (colon < 0 || fault < colon || isBareIpv6(host)) return undefined;
  const name = host.slice(0, colon);
  const looksLikeHost = name.includes('.') || name.includes(']') || name === 'localhost';
  if (!looksLikeHost) return { position: raw.indexOf('/'), hint: SLASH_IN_TAG };
  const hint =
    colon + 1 === host.length
      ? `the port after the registry host is empty; ${NO_VALUE}`
      : 'between a registry host and a slash only a port number can follow the colon';
  return { position: fault, hint };
}

function isBareIpv6(host: string): boolean {
  return host.split(':', 3).length === 3 && /^[0-9a-fA-F:]+$/.test(host);
}

function mistakeInPath(layout: Layout): Mistake | undefined {
  const { raw, path } = layout;
  const { text, start } = path;
  if (text === '') return mistakeOfEmptyPath(layout);
  const fault = pathFault(text);
  if (fault < 0) return text.length > PATH_MAX ? mistakeOfLength(start) : undefined;
  const position = start + fault;
  const char = text.charAt(fault);
  if (char === '/') return mistakeOfSlash(raw, text, position);
  if (char === ':') return mistakeOfSlashInTag(raw, position);
  if ('._-'.includes(char)) return { position, hint: separatorHint(text, fault) };
  return { position, hint: `${nameOf(characterAt(text, fault))} cannot stand in a repository name` };
}

function mistakeOfEmptyPath({ raw, path }: Layout): Mistake {
  const what = path.start === 0 ? 'the image name is empty' : 'the repository after the registry host is empty';
  return { position: Math.min(path.start, raw.length - 1), hint: `${what}; ${NO_VALUE}` };
}

function mistakeOfLength(start: number): Mistake {
  return {
    position: start + PATH_MAX,
    hint: `the repository has more than ${PATH_MAX} characters; use a shorter name`,
  };
}

function mistakeOfSlash(raw: string, path: string, position: number): Mistake {
  if (position === 0) {
    return { position, hint: `nothing stands before the first /: the registry host is empty; ${NO_VALUE}` };
  }
  const hint =
    raw[position + 1] === '/' || path.startsWith('/')
      ? 'two slashes in a row: an element of the repository is empty'
      : 'the repository ends with a slash; remove it, or add the missing name';
  return { position, hint, fixed: splice(raw, position, position + 1, '') };
}

/** `host/app:feature/login`, or a whole reference written where only the tag belongs. */
function mistakeOfSlashInTag(raw: string, colon: number): Mistake {
  const repository = raw.slice(0, colon);
  const rest = raw.slice(colon + 1);
  if (rest.startsWith(`${repository}:`) || rest.startsWith(`${repository}@`)) {
    return { position: colon + 1, hint: 'the whole reference stands where only the tag belongs', fixed: rest };
  }
  return { position: raw.indexOf('/', colon), hint: SLASH_IN_TAG };
}

function separatorHint(path: string, fault: number): string {
  const name = nameOf(path.charAt(fault));
  if (fault === 0 || path[fault - 1] === '/') return `an element of a repository name cannot begin with ${name}`;
  const afterRun = path.slice(fault).search(/[^._-]/);
  if (afterRun < 0 || path[fault + afterRun] === '/') return `an element of a repository name cannot end with ${name}`;
  return 'in a repository name one dot, one or two underscores, or dashes join two words; no other mixture does';
}
