import { type Fact, valueIn } from '../../core/fact.ts';
import type { ChainNote, ChainStep, MirrorChain } from '../../core/node/network-answer.ts';
import { parseParts } from '../../image/grammar.ts';
import type { RegistriesConf, RegistryMirror, RegistryRule } from '../sections/registries-conf.ts';

/** The hosts that CRI-O asks for an image (containers/image sysregistriesv2): the rule of the longest prefix decides. */
export function crioChain(image: string, host: string, conf: Fact<RegistriesConf>): MirrorChain {
  const common = { image, host, runtime: 'cri-o' as const };
  const rules = valueIn(conf);
  if (rules === undefined) {
    const gaps = [
      {
        what: 'registries.conf of the node',
        why: 'not-collected' as const,
        how: 'cat /etc/containers/registries.conf /etc/containers/registries.conf.d/*',
      },
    ];
    return {
      ...common,
      steps: [stepOf(host, false, 'registry')],
      certainty: 'partly',
      decidedBy: [],
      ignored: [],
      gaps,
    };
  }
  const ignored: ChainNote[] = rules.problems.map(({ path, why }) => ({ path, why: `CRI-O cannot read it: ${why}` }));
  if (ignored.length > 0) {
    // One file that does not parse fails every pull.
    return {
      ...common,
      steps: [],
      refused: `${ignored[0]?.path} is not TOML`,
      certainty: 'known',
      decidedBy: [],
      ignored,
      gaps: [],
    };
  }
  const done = { ...common, ignored, gaps: [], certainty: 'known' as const };
  if (!hasHost(image)) return { ...done, ...shortName(image, rules) };
  const parsed = parseParts(image);
  const name = parsed.ok ? `${parsed.parts.domain}/${parsed.parts.path}` : image;
  const byDigest = parsed.ok && parsed.parts.digest !== undefined;
  const rule = ruleFor(name, rules.registries);
  if (rule === undefined) {
    const why = `no [[registry]] with a prefix of ${name}`;
    return { ...done, steps: [stepOf(host, false, 'registry')], decidedBy: rules.paths.map((path) => ({ path, why })) };
  }
  const decidedBy = [{ path: rule.path, why: `prefix ${rule.prefix}` }];
  if (rule.blocked) return { ...done, steps: [], refused: `${rule.prefix} is blocked in ${rule.path}`, decidedBy };
  const mirrors = rule.mirrors.map((mirror) => mirrorStep(mirror, rule, byDigest));
  return { ...done, steps: [...mirrors, stepOf(locationOf(name, rule), rule.insecure, 'registry')], decidedBy };
}

/** The longest prefix that is the name, a path above it, or a wildcard for its host. */
function ruleFor(name: string, rules: readonly RegistryRule[]): RegistryRule | undefined {
  const fitting = rules.filter(({ prefix }) => {
    if (prefix.startsWith('*.')) return name.split('/', 1)[0]?.endsWith(prefix.slice(1)) === true;
    return (
      name === prefix || name.startsWith(`${prefix}/`) || name.startsWith(`${prefix}:`) || name.startsWith(`${prefix}@`)
    );
  });
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

function locationOf(name: string, { prefix, location }: RegistryRule): string {
  return location === undefined || prefix.startsWith('*.') ? name : `${location}${name.slice(prefix.length)}`;
}

function mirrorStep(
  { location, insecure, pullFrom }: RegistryMirror,
  rule: RegistryRule,
  byDigest: boolean,
): ChainStep {
  const digestOnly = rule.mirrorByDigestOnly || pullFrom === 'digest-only';
  const step = stepOf(location, insecure, 'mirror');
  if (digestOnly && !byDigest) return { ...step, skipped: 'it serves digests only, and the image is named by tag' };
  if (pullFrom === 'tag-only' && byDigest)
    return { ...step, skipped: 'it serves tags only, and the image is named by digest' };
  return step;
}

function stepOf(location: string, insecure: boolean, role: ChainStep['role']): ChainStep {
  const [host = location] = location.split('/', 1);
  return {
    role,
    url: `https://${location}`,
    host,
    capabilities: ['pull', 'resolve'],
    skipVerify: insecure,
    authorities: [],
    clientCertificates: [],
    notes: insecure ? ['insecure: certificates are not checked, and plain HTTP is tried'] : [],
  };
}

/** A name without a registry host: an alias, else the search registries one after the other. */
function shortName(
  image: string,
  { aliases, searchRegistries, shortNameMode, paths }: RegistriesConf,
): Pick<MirrorChain, 'steps' | 'refused' | 'decidedBy'> {
  const name = image.replace(/[:@].*$/, '');
  const alias = aliases.get(name);
  const path = paths[0] ?? 'registries.conf';
  if (alias !== undefined)
    return { steps: [stepOf(alias, false, 'registry')], decidedBy: [{ path, why: `alias of ${name}` }] };
  if (searchRegistries.length === 0)
    return {
      steps: [],
      refused: `${name} names no registry, and none to search is configured`,
      decidedBy: [{ path, why: 'no unqualified-search-registries' }],
    };
  const why = `unqualified-search-registries${shortNameMode === undefined ? '' : `, short-name-mode ${shortNameMode}`}`;
  if (shortNameMode === 'enforcing' && searchRegistries.length > 1)
    return {
      steps: [],
      refused: `${name} is ambiguous: several registries to search, and short names are enforced`,
      decidedBy: [{ path, why }],
    };
  return {
    steps: searchRegistries.map((registry) => stepOf(`${registry}/${name}`, false, 'registry')),
    decidedBy: [{ path, why }],
  };
}

/** The first part is a host only if it looks like one (distribution reference grammar). */
function hasHost(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
}
