import { ClusterError } from '../../core/cluster-error.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { ClusterClient } from './client.ts';
import type { Problem, Wanted } from './problem.ts';
import type { ListOptions } from './read-list.ts';
import type { Kind } from './resources.ts';
import type { SettledPods } from './settled-pods.ts';
import { hintFor, type Sightings } from './sightings.ts';

/** One run's way of asking and its memory of the answers. */
export interface Look {
  readonly client: ClusterClient;
  readonly seen: Sightings;
  /** What was asked already, by its words: nothing is asked twice. */
  readonly asked: Map<string, Promise<unknown>>;
  /** What earlier looks at the same cluster settled; left out: there were none. */
  readonly settled?: SettledPods;
}

/** One object. Undefined when it does not exist or cannot be seen; the sightings know which. */
export async function getOne<K extends Kind>(
  look: Look,
  kind: K,
  namespace: string | undefined,
  name: string,
): Promise<(KubeObject & { kind: K }) | undefined> {
  const { seen } = look;
  if (seen.find(kind, namespace, name) === undefined && !seen.isAbsent(kind, namespace, name)) {
    await once(look, `get ${kind} ${namespace ?? ''}/${name}`, () => ask(look, kind, namespace, name));
  }
  return seen.find(kind, namespace, name);
}

async function ask(look: Look, kind: Kind, namespace: string | undefined, name: string): Promise<void> {
  const { client, seen } = look;
  const wanted: Wanted = { verb: 'get', kind, namespace, name };
  const answer = await client.get(kind, namespace, name);
  if (answer.ok) {
    seen.asked(answer.date);
    const object = seen.add(answer.value, hintFor(kind));
    if (object?.kind !== kind) seen.problem(wanted, { kind: 'unreadable', message: `the answer is no ${kind}` });
  } else if (answer.problem.kind === 'not-found') seen.absent(kind, namespace, name);
  else tell(look, wanted, answer.problem);
}

export interface LookOptions extends ListOptions {
  /** Only to compare with: that there may be more is no gap. */
  readonly sample?: boolean;
}

/** Objects of a kind. Only a list without selectors that was read to its end shows what is not there. */
export async function listAll(
  look: Look,
  kind: Kind,
  namespace: string | undefined,
  options: LookOptions = {},
): Promise<readonly KubeObject[]> {
  return once(look, `list ${kind} ${namespace ?? ''} ${JSON.stringify(options)}`, async () => {
    const wanted: Wanted = { verb: 'list', kind, namespace };
    const answer = await look.client.list(kind, namespace, options);
    if (!answer.ok) {
      tell(look, wanted, answer.problem);
      return [];
    }
    const { value, date } = answer;
    look.seen.asked(date);
    const objects = look.seen.addList(value, options.metadataOnly === true ? kind : undefined);
    const whole = options.fieldSelector === undefined && (options.labelSelector ?? '') === '';
    if (!value.complete && options.sample !== true) look.seen.cut(wanted, objects.length);
    if (value.complete && whole && options.fromCache !== true && options.metadataOnly !== true) {
      look.seen.covers(kind, namespace);
    }
    return objects;
  });
}

async function once<T>({ asked }: Look, words: string, request: () => Promise<T>): Promise<T> {
  const known = asked.get(words) as Promise<T> | undefined;
  const answer = known ?? request();
  asked.set(words, answer);
  return answer;
}

/** Notes a gap; trouble that no other request would be spared ends the look. */
function tell({ client, seen }: Look, wanted: Wanted, problem: Problem): void {
  const failed = clusterTrouble(client, problem);
  if (failed !== undefined) throw failed;
  seen.problem(wanted, problem);
}

function clusterTrouble({ access }: ClusterClient, problem: Problem): ClusterError | undefined {
  const { host } = access.server;
  const where = `${host} (context ${access.context})`;
  if (problem.kind === 'unauthorized') {
    return new ClusterError(
      `the cluster ${where} does not accept this login (auth: 401 ${problem.message}): log in again, or choose another --context`,
    );
  }
  const early = problem.step !== undefined && problem.step !== 'answer';
  if (!early || (problem.kind !== 'unreachable' && problem.kind !== 'timeout')) return undefined;
  return new ClusterError(
    `the cluster ${where} cannot be reached: ${problem.step}: ${problem.message}; ${ADVICE[problem.step]}`,
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  DNS: 'check the server name in the kubeconfig and the VPN',
  TCP: 'check that the cluster runs and that a VPN or proxy leads there',
  TLS: "check certificate-authority-data of the kubeconfig and this machine's clock",
};

/** Runs a task for each; the client bounds how many are under way. */
export async function each<T>(items: Iterable<T>, task: (item: T) => Promise<unknown>): Promise<void> {
  await Promise.all([...items].map(task));
}
