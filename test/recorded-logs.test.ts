import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileKindOf } from '../src/core/node/file-kind.ts';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import { diskFile } from '../src/sources/node/disk-file.ts';
import { nodeErrors } from '../src/tasks/node/errors.ts';

const RECORDINGS = 'fixtures/recordings';

/** What the logs of the node alone cannot show, or the line alone cannot decide. */
const UNDECIDED: Readonly<Record<string, string>> = {
  'basic-auth-wrong-password--containerd-1.6': '1.6 says the same of no and of wrong credentials',
  'negative-healthy': "another pod's failing pull is in the runtime's log",
  'no-auth-challenge-401': 'a bare 401 reads as refused credentials',
  'platform-single-arm64': 'the pull works; the crash is in the log of the container',
  'pull-policy-never': 'the kubelet logged no line of it',
  recovered: 'the failures are there, and over',
};

interface Accepted {
  readonly exact: readonly string[];
  readonly text?: readonly string[];
}

interface TruthMap {
  readonly map: Readonly<Record<string, Accepted>>;
  readonly scenario: Readonly<Record<string, Accepted>>;
}

const TRUTHS = JSON.parse(readFileSync(join(RECORDINGS, 'truth-map.json'), 'utf8')) as TruthMap;

const SCENARIOS = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && logsOf(entry.name).length > 0)
  .map(({ name }) => name);

describe('findings of the recorded logs alone', () => {
  it.each(SCENARIOS.filter((name) => UNDECIDED[name] === undefined))(
    '%s: the right cause is among the first three',
    async (name) => {
      const causes = await firstCauses(name);
      for (const accepted of truthsOf(name)) {
        if (accepted.has('none') && causes.length === 0) continue;
        expect(
          causes.some((cause) => accepted.has(cause)),
          `${causes} is none of ${[...accepted]}`,
        ).toBe(true);
      }
    },
  );

  it('leave few undecided', () => {
    expect(Object.keys(UNDECIDED).filter((name) => !SCENARIOS.includes(name))).toEqual([]);
    expect(Object.keys(UNDECIDED).length / SCENARIOS.length).toBeLessThan(0.08);
  });
});

async function firstCauses(name: string): Promise<readonly string[]> {
  const files = logsOf(name).map((path) => {
    const diskPath = join(RECORDINGS, name, path);
    return diskFile({ path, kind: fileKindOf(path), size: statSync(diskPath).size, compressed: false, diskPath });
  });
  const { findings } = await nodeErrors(memoryBundle({}, { files }), { severity: 'medium', hideUsual: true });
  return findings.flatMap(({ cause }) => cause?.id ?? []).slice(0, 3);
}

function logsOf(name: string): readonly string[] {
  return readdirSync(join(RECORDINGS, name)).filter(
    (file) => file.endsWith('.log') && statSync(join(RECORDINGS, name, file)).size > 0,
  );
}

/** One set of accepted causes for each cause that was recorded. */
function truthsOf(name: string): readonly ReadonlySet<string>[] {
  const path = join(RECORDINGS, name, 'truth.json');
  if (!existsSync(path)) return [];
  const truth = JSON.parse(readFileSync(path, 'utf8')) as { expected_cause: string; causes?: Record<string, string> };
  const own = TRUTHS.scenario[name] ?? TRUTHS.scenario[name.split('--')[0] ?? ''];
  const negative = name.startsWith('negative') ? ['none'] : [];
  return Object.values(truth.causes ?? { all: truth.expected_cause }).map((cause) => {
    const general = TRUTHS.map[cause];
    const accepted = [own, general].flatMap((each) => [...(each?.exact ?? []), ...(each?.text ?? [])]);
    return new Set([...accepted, ...negative]);
  });
}
