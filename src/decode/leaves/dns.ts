import type { Leaf } from '../../core/pull-error.ts';
import { isOtherService, isRegistryName } from '../registry-name.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { firstPhrase, type Phrase } from './phrases.ts';

type DnsProblem = Extract<Leaf, { kind: 'dns' }>['problem'];

/** Endings of Go's `net.DNSError`, of the C library (cgo resolver) and of Windows. */
const ENDINGS: readonly Phrase<DnsProblem>[] = [
  ['no such host', 'no-such-host'],
  ['name or service not known', 'no-such-host'],
  ['no address associated with hostname', 'no-such-host'],
  ['name does not resolve', 'no-such-host'],
  ['nodename nor servname provided', 'no-such-host'],
  ['getaddrinfow: the requested name is valid', 'no-such-host'],
  ['no data of the requested type', 'no-such-host'],
  ['no answer from dns server', 'server-failure'],
  ['server misbehaving', 'server-failure'],
  ['servfail', 'server-failure'],
  ['temporary failure in name resolution', 'server-failure'],
  ['try again', 'server-failure'],
  ['refused by', 'server-refused'],
  ['query refused', 'server-refused'],
  ['connection refused', 'server-unreachable'],
  ['no route to host', 'server-unreachable'],
  ['network is unreachable', 'server-unreachable'],
  ['operation not permitted', 'server-unreachable'],
  ['permission denied', 'server-unreachable'],
  ['i/o timeout', 'timeout'],
  ['timed out', 'timeout'],
  ['timeout', 'timeout'],
];

const LOOKUP = /^([^\s:,"]{1,260})(?: on (\[[0-9a-f:.%]+\]:\d+|[^\s:,"]+(?::\d+)?))?/i;

export const DNS_LEAVES: readonly Rule[] = [
  { like: 'lookup {name:w}', read: registryNamed, leaf: lookup, generic: true },
  { like: 'dial tcp: lookup {name:w}', read: registryNamed, leaf: lookup, generic: true },
  // curl
  { like: 'could not resolve host: {name:w}', read: registryNamed, leaf: asNamed('no-such-host'), generic: true },
  { like: 'could not resolve host {name:w}', read: registryNamed, leaf: asNamed('no-such-host'), generic: true },
  { like: 'resolving timed out', leaf: { kind: 'dns', problem: 'timeout' }, generic: true },
  { like: 'temporary failure resolving {name:q}', read: registryNamed, leaf: asNamed('server-failure'), generic: true },
  { like: 'no such host', leaf: { kind: 'dns', problem: 'no-such-host' }, generic: true, prose: true },
  { like: 'server misbehaving', leaf: { kind: 'dns', problem: 'server-failure' }, generic: true },
  { like: 'temporary failure in name resolution', leaf: { kind: 'dns', problem: 'server-failure' }, generic: true },
  { like: 'name or service not known', leaf: { kind: 'dns', problem: 'no-such-host' }, generic: true },
];

/** `lookup NAME[ on SERVER]: WHY`; the words after `lookup` start in the capture. */
function lookup({ captures, rest }: Reading): Leaf | undefined {
  const found = LOOKUP.exec(`${captures.name ?? ''}${rest}`);
  if (found === null) return undefined;
  const why = `${captures.name ?? ''}${rest}`.slice(found[0].length, found[0].length + 400).toLowerCase();
  const problem = firstPhrase(ENDINGS, why) ?? 'other';
  const server = found[2];
  return { ...named(problem, found[1]), ...(server === undefined ? {} : { server }) };
}

function asNamed(problem: DnsProblem) {
  return ({ captures }: Reading): Leaf => named(problem, captures.name);
}

/** The name alone may say that an image registry was looked up; any other program resolves names too. */
function registryNamed({ captures, seen }: Reading): Gives {
  const name = captures.name ?? '';
  if (isOtherService(name) && seen.pull !== true) return { elsewhere: 'other' };
  return isRegistryName(name) ? { pull: true } : {};
}

function named(problem: DnsProblem, name: string | undefined): Extract<Leaf, { kind: 'dns' }> {
  return { kind: 'dns', problem, ...(name === undefined || name === '' ? {} : { name: name.toLowerCase() }) };
}
