import { present, unknown } from '../../core/fact.ts';
import type { MirrorChain, NetworkSection } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import { lineAt, sectionOf } from './section-of.ts';
import type { NetworkSightsOfNode } from './sights.ts';

/** What keeps the configured mirrors from being used, for the images in question. */
export function judgeMirrors({ lines, targets }: NetworkSightsOfNode, chains: readonly MirrorChain[]): NetworkSection {
  const problems: NodeProblem[] = [];
  const refused = lines.get('plugin-refused');
  const unreadable = lines.get('mirror-config');
  if (refused !== undefined) {
    problems.push({
      code: 'RUNTIME_CONFIG_REFUSED',
      severity: 'critical',
      title: 'The runtime refuses its configuration: no image can be pulled',
      because: refused.newest,
      count: refused.count,
      cause: 'runtime-unavailable',
    });
  }
  if (unreadable !== undefined) {
    const file = [...unreadable.named.keys()][0];
    problems.push({
      code: 'MIRROR_CONFIG_UNREADABLE',
      severity: 'high',
      title: `The runtime cannot read ${file ?? 'its registry configuration'}, and goes on without it`,
      because: unreadable.newest,
      count: unreadable.count,
      cause: 'mirror-misconfigured',
    });
  }
  const told = new Set<string>();
  for (const chain of chains) {
    for (const problem of chainProblems(chain)) {
      const key = `${problem.code} ${problem.because.map(({ path }) => path).join()} ${chain.host}`;
      if (!told.has(key)) problems.push(problem);
      told.add(key);
    }
  }
  const known = chains.filter(({ certainty }) => certainty === 'known');
  const evidence =
    known.length > 0
      ? present(true, [])
      : unknown(
          targets.length === 0
            ? 'an image to follow (--image)'
            : (chains[0]?.gaps[0]?.what ?? 'the registry configuration of the node'),
        );
  return sectionOf('mirrors', evidence, false, [...new Set(chains.map(chainWords))].slice(0, 20), problems);
}

function chainProblems({ host, refused, ignored, decidedBy, steps }: MirrorChain): NodeProblem[] {
  if (refused !== undefined) {
    const because = decidedBy.map(({ path, why }) => lineAt(path, 1, why));
    const blocked = /blocked/.test(refused);
    return [
      {
        code: blocked ? 'REGISTRY_BLOCKED' : 'NO_HOST_ASKED',
        severity: 'critical',
        title: `${host}: ${refused}`,
        because,
        cause: blocked ? 'registry-blocked' : 'mirror-misconfigured',
      },
    ];
  }
  const unused = ignored.map(
    ({ path, why }): NodeProblem => ({
      code: 'MIRROR_CONFIG_IGNORED',
      severity: 'high',
      title: `${path} has no effect for ${host}: ${why}`,
      because: [lineAt(path, 1, why)],
      cause: path.endsWith('.crt') ? 'tls-unknown-authority' : 'mirror-misconfigured',
    }),
  );
  const skipped = steps.flatMap(({ host: mirror, skipped: why, role }): NodeProblem[] =>
    why === undefined || role !== 'mirror'
      ? []
      : [
          {
            code: 'MIRROR_SKIPPED',
            severity: 'medium',
            title: `The mirror ${mirror} is passed over for ${host}: ${why}`,
            because: [],
          },
        ],
  );
  const odd = steps.flatMap(({ host: mirror, notes }): NodeProblem[] =>
    notes
      .filter((note) => /added to its path|holds no \/v2|does not parse/.test(note))
      .map((note) => ({
        code: 'MIRROR_PATH',
        severity: 'medium',
        title: `${mirror}: ${note}`,
        because: decidedBy.map(({ path, why }) => lineAt(path, 1, why)),
        cause: 'mirror-misconfigured',
      })),
  );
  return [...unused, ...skipped, ...odd];
}

/** `docker.io: mirror.acme.example, then registry-1.docker.io`. */
function chainWords({ host, steps, refused, certainty }: MirrorChain): string {
  if (refused !== undefined) return `${host}: nobody is asked (${refused})`;
  const way = steps
    .map(({ host: each, skipped }) => (skipped === undefined ? each : `${each} (passed over)`))
    .join(', then ');
  return `${host}: ${way}${certainty === 'known' ? '' : ' (as far as files were collected)'}`;
}
