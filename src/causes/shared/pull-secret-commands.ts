import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { manifestOwner, ownerOf } from './manifest-owner.ts';
import { namesOf } from './names.ts';
import { ROLLED_OUT } from './pull-works.ts';
import { registryHost } from './registry-of.ts';

/** What `--docker-server` must say: the kubelet knows Docker Hub only by this key (keyring.go, 1.36). */
export function dockerServer(facts: Facts): string | Placeholder {
  const host = registryHost(facts) ?? placeholder('registry');
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}

/** Writes the pull secret anew, whether it exists or not. */
export function writeSecret(facts: Facts, secret: string | Placeholder): string {
  const { namespace } = namesOf(facts);
  const create = sh`kubectl -n ${namespace} create secret docker-registry ${secret} --docker-server=${dockerServer(facts)} --docker-username=${placeholder('user')} --docker-password=${placeholder('password')}`;
  const write = hasOtherType(facts, secret) ? sh`replace --force -f -` : sh`apply -f -`;
  return `${create} --dry-run=client -o yaml | ${sh`kubectl -n ${namespace}`} ${write}`;
}

/** The type of a secret cannot be changed: one of the older type has to be replaced. */
function hasOtherType(facts: Facts, secret: string | Placeholder): boolean {
  const listed = facts.pullSecrets.find(({ name }) => name === secret)?.secret;
  const type = listed?.state === 'present' ? listed.value.type : undefined;
  return type !== undefined && type !== 'kubernetes.io/dockerconfigjson';
}

/** Prints the registry hosts of a pull secret, and nothing secret. */
export function showHosts(facts: Facts, secret: string | Placeholder): string {
  const { namespace } = namesOf(facts);
  const listed = facts.pullSecrets.find(({ name }) => name === secret)?.secret;
  const old = listed?.state === 'present' && listed.value.decoded.format === 'dockercfg';
  const [key, hosts] = old ? ['.dockercfg', 'keys'] : ['.dockerconfigjson', '.auths | keys'];
  return `${sh`kubectl -n ${namespace} get secret ${secret}`} -o jsonpath='{.data.\\${key}}' | base64 -d | jq '${hosts}'`;
}

/** Prints the names of the pull secrets that the pod lists. */
export function showListed(facts: Facts): string {
  const { namespace, pod } = namesOf(facts);
  return `${sh`kubectl -n ${namespace} get pod ${pod}`} -o jsonpath='{.spec.imagePullSecrets[*].name}'`;
}

/** Makes the workload's pods list the secret, for a wrong name where one is given; the strategic merge keeps the names that are there. */
export function attachToWorkload(facts: Facts, secret: string | Placeholder, replaces?: string): Remedy | undefined {
  const { namespace, workload } = namesOf(facts);
  const template = templatePatch(facts, words(secret));
  if (template === undefined) return undefined;
  const managed = manifestOwner(facts);
  return {
    title: `List ${words(secret)} in the pod template of ${words(workload)}`,
    safety: 'yellow',
    owner: 'developer',
    commands: managed?.commands ?? [sh`kubectl -n ${namespace} patch ${workload} -p ${JSON.stringify(template)}`],
    ...(managed === undefined ? {} : { note: managed.note }),
    ...(typeof secret === 'string'
      ? { change: { kind: 'pull-secret', name: secret, ...(replaces === undefined ? {} : { replaces }) } }
      : {}),
  };
}

/** Adds the secret to the ServiceAccount. The list is atomic, so the patch repeats the names that are there. */
export function attachToServiceAccount(facts: Facts, secret: string | Placeholder): Remedy {
  const { namespace, serviceAccount } = namesOf(facts);
  const known = facts.serviceAccount.state === 'present' ? facts.serviceAccount.value.imagePullSecrets : undefined;
  const all = [...new Set([...(known ?? []), words(secret)])];
  const patch = JSON.stringify({ imagePullSecrets: all.map((name) => ({ name })) });
  const manager = facts.serviceAccount.state === 'present' ? facts.serviceAccount.value.manager : undefined;
  const owner = ownerOf(manager, namespace);
  const whole = known === undefined ? ' The patch replaces the list: repeat the names that it has now.' : '';
  return {
    title: `Add ${words(secret)} to ServiceAccount ${words(serviceAccount)}, for pods that list no pull secret`,
    safety: 'yellow',
    owner: 'operator',
    commands: owner?.commands ?? [sh`kubectl -n ${namespace} patch serviceaccount ${serviceAccount} -p ${patch}`],
    note: `Only pods created afterwards get it: recreate the failing ones.${owner === undefined ? whole : ` ${owner.note}`}`,
    ...(typeof secret === 'string' && typeof serviceAccount === 'string'
      ? { change: { kind: 'service-account', account: serviceAccount, name: secret } }
      : {}),
  };
}

/** Makes new pods, which is when the ServiceAccount's secrets are copied into them. */
export function recreatePods(facts: Facts): Remedy {
  const { namespace, workload, pod } = namesOf(facts);
  const outermost = facts.subject.owners.at(-1);
  if (outermost !== undefined && ROLLED_OUT.has(outermost.kind)) {
    return {
      title: `Recreate the pods of ${words(workload)}`,
      safety: 'yellow',
      owner: 'operator',
      commands: [sh`kubectl -n ${namespace} rollout restart ${workload}`],
    };
  }
  return {
    title: `Recreate ${words(pod)}`,
    safety: outermost === undefined ? 'red' : 'yellow',
    owner: 'operator',
    commands: [sh`kubectl -n ${namespace} delete pod ${pod}`],
    note:
      outermost === undefined
        ? 'Without an owner nothing recreates a pod: keep its manifest at hand.'
        : `${outermost.kind} ${outermost.name} makes a new one.`,
  };
}

function templatePatch(facts: Facts, secret: string): object | undefined {
  const kind = facts.subject.owners.at(-1)?.kind;
  const template = { spec: { template: { spec: { imagePullSecrets: [{ name: secret }] } } } };
  if (kind === 'CronJob') return { spec: { jobTemplate: template } };
  const patchable = kind === undefined ? facts.subject.pod === undefined : ROLLED_OUT.has(kind);
  return patchable ? template : undefined;
}
