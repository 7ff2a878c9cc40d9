import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Report } from '../src/core/report.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';
import { type Answer, type Score, scoreOf } from './accuracy-score.ts';
import { packLikeEks } from './pack-like-eks.ts';

interface Truth {
  readonly scenario: string;
  readonly expected_cause: string;
  /** For several causes at once: workload to cause. */
  readonly causes?: Readonly<Record<string, string>>;
}

interface Accepted {
  readonly exact: readonly string[];
  readonly text?: readonly string[];
  readonly proof?: string;
}

interface TruthMap {
  readonly map: Readonly<Record<string, Accepted>>;
  readonly scenario: Readonly<Record<string, Accepted>>;
}

/** What is shown to pullwhy: all that was recorded, the API objects, the describe text or the node's logs alone. */
interface View {
  readonly name: string;
  readonly floor: number;
  readonly paths: (folder: string) => readonly string[];
  /** Puts the files into one archive first. */
  readonly pack?: (paths: readonly string[], into: string) => Promise<string>;
  readonly accepts: (accepted: Accepted) => readonly string[];
  /** Scenarios of which what is shown holds no word: to find nothing is right. */
  readonly silent?: readonly string[];
}

/** What a node itself wrote: nothing of the API, and no registry. */
const LOGS_ONLY: Omit<View, 'name'> = {
  floor: 0.95,
  paths: (folder) => ['kubelet.log', 'containerd.log'].map((name) => join(folder, name)),
  // Secrets, ServiceAccounts, builds and Services are not in the logs of a node: there the text's answer is right.
  accepts: (a) => [...a.exact, ...(a.text ?? [])],
  silent: [
    // The logs are those of the other node, on which the pull works.
    'one-node-untrusted-ca',
    'tag-deleted-still-cached',
    // Recorded without the kubelet's line on it.
    'pull-policy-never',
  ],
};

const VIEWS: readonly View[] = [
  {
    name: 'recordings, everything',
    floor: 1,
    paths: (folder) =>
      readdirSync(folder)
        .filter((name) => name !== 'truth.json')
        .sort()
        .map((name) => join(folder, name)),
    // Where only the registry could tell, all that was recorded knows no better than the text.
    accepts: (a) => (a.proof?.includes('registry') === true ? [...a.exact, ...(a.text ?? [])] : a.exact),
  },
  {
    name: 'recordings, objects only',
    floor: 0.97,
    paths: (folder) => [join(folder, 'objects.json')],
    // Where the proof lies in logs or the registry, objects alone cannot know better than the text.
    accepts: (a) => (a.proof === undefined ? a.exact : [...a.exact, ...(a.text ?? [])]),
  },
  {
    name: 'recordings, describe text only',
    floor: 0.92,
    paths: (folder) => [join(folder, 'describe.txt')],
    accepts: (a) => [...a.exact, ...(a.text ?? [])],
  },
  { ...LOGS_ONLY, name: 'recordings, logs only' },
  { ...LOGS_ONLY, name: "recordings, logs only, packed as the EKS log collector's", pack: packLikeEks },
];

export async function scoreRecordings(root: string): Promise<Score[]> {
  const truthMap = JSON.parse(readFileSync(join(root, 'truth-map.json'), 'utf8')) as TruthMap;
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .sort();
  const scratch = mkdtempSync(join(tmpdir(), 'pullwhy-accuracy-'));
  try {
    const scores: Score[] = [];
    for (const view of VIEWS) {
      const answers: Answer[] = [];
      for (const folder of folders) answers.push(...(await answersOn(folder, view, truthMap, scratch)));
      scores.push(scoreOf(view.name, view.floor, answers));
    }
    return scores;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function answersOn(folder: string, view: View, truthMap: TruthMap, scratch: string): Promise<Answer[]> {
  const paths = view.paths(folder).filter((path) => existsSync(path) && readFileSync(path).length > 0);
  if (paths.length === 0) return [];
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  const shown = view.pack === undefined ? paths : [await view.pack(paths, scratch)];
  const report = diagnose(await readBundle(shown, {}), { now: '2026-11-20T00:00:00Z' });
  return judge(basename(folder), truth, report, view, truthMap);
}

function judge(name: string, truth: Truth, report: Report, view: View, truthMap: TruthMap): Answer[] {
  if (truth.causes !== undefined) {
    return Object.entries(truth.causes).map(([workload, cause]) => {
      const incident = report.incidents.find((i) => i.scope.pods.some((p) => p.name.startsWith(`${workload}-`)));
      return answer(`${truth.scenario}/${workload}`, accepted(cause, undefined, view, truthMap), incident);
    });
  }
  const expected = truth.scenario.startsWith('negative-')
    ? ['none']
    : accepted(truth.expected_cause, truth.scenario, view, truthMap);
  const wanted = report.incidents.find((i) => expected.includes(i.cause.id));
  // Another incident beside the expected one is a wrong answer only when it is certain.
  const stray = report.incidents.find(
    (i) => i !== wanted && i.verdict === 'confirmed' && !expected.includes(i.cause.id),
  );
  const found = stray ?? wanted ?? report.incidents[0];
  const undecided =
    found !== undefined && found.verdict !== 'confirmed' && UNDECIDABLE_OFFLINE.includes(found.cause.id);
  const twins = undecided && expected.some((id) => UNDECIDABLE_OFFLINE.includes(id)) ? UNDECIDABLE_OFFLINE : [];
  const instead = found?.verdict === 'confirmed' ? undefined : NO_PROOF_RECORDED[name];
  const silent = view.silent?.includes(truth.scenario) === true ? ['none'] : [];
  return [answer(name, [...expected, ...twins, ...silent, ...(instead === undefined ? [] : [instead])], found)];
}

/**
 * Scenarios whose recording holds nothing that separates the truth from a likelier cause,
 * with the answer that is right as long as it is not called certain.
 */
const NO_PROOF_RECORDED: Readonly<Record<string, string>> = {
  // Bytes, texts and logs are those of a stream that was cut (layer-truncated-stream).
  'layer-truncated-storage': 'connection-reset',
  'layer-truncated-storage--containerd-1.6': 'connection-reset',
  'layer-truncated-storage--containerd-1.7': 'connection-reset',
  // containerd 1.x never used the hosts.toml in question: what was recorded is a name that does not resolve.
  'https-server-http-config--containerd-1.6': 'dns-failure',
  'https-server-http-config--containerd-1.7': 'dns-failure',
};

/** A HEAD 404 is the same for a missing tag and a missing repository; neither may be claimed as certain offline. */
const UNDECIDABLE_OFFLINE = ['tag-not-found', 'repository-not-found'];

function accepted(
  cause: string,
  scenario: string | undefined,
  view: View,
  { map, scenario: own }: TruthMap,
): readonly string[] {
  const base = scenario?.replace(/--containerd-.*$/, '');
  const entry = (scenario === undefined ? undefined : own[scenario]) ?? (base === undefined ? undefined : own[base]);
  const general = map[cause];
  const merged: Accepted = { ...(general ?? { exact: [] }), ...(entry ?? {}) };
  return view.accepts(merged);
}

function answer(id: string, expected: readonly string[], incident: Report['incidents'][number] | undefined): Answer {
  return { id, expected, got: incident?.cause.id ?? 'none', verdict: incident?.verdict ?? 'none' };
}
