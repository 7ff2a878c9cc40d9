import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';

const NO_IDENTITY: Leaf = { kind: 'credential-provider', message: 'no valid providers in chain' };

/** Pull secrets that cannot be read, credential plugins that fail, metadata services that do not answer. */
export const CREDENTIAL_LEAVES: readonly Rule[] = [
  {
    like: 'unable to retrieve some image pull secrets ({names})',
    gives: { stage: 'secret', reason: 'FailedToRetrieveImagePullSecret' },
    leaf: ({ captures }) => notRetrieved(captures.names ?? ''),
    prose: true,
  },
  { like: 'unable to retrieve image pull secrets', gives: { stage: 'secret' }, leaf: missingSecret },
  // kubelet before 1.28 had only this log line
  {
    like: 'unable to retrieve pull secret {name:w} for',
    gives: { stage: 'secret' },
    leaf: ({ captures }) => notRetrieved(captures.name ?? ''),
  },
  {
    like: 'unable to retrieve pull secret',
    gives: { stage: 'secret' },
    leaf: missingSecret,
  },
  {
    like: 'illegal base64 data at input byte',
    gives: { stage: 'secret' },
    leaf: { kind: 'secret', problem: 'malformed' },
    prose: true,
  },
  {
    like: 'unable to parse auth field',
    gives: { stage: 'secret' },
    leaf: { kind: 'secret', problem: 'malformed' },
    prose: true,
  },
  { like: 'json: cannot unmarshal', gives: { stage: 'secret' }, leaf: malformedJson, generic: true },
  { like: 'unexpected end of json input', gives: { stage: 'secret' }, leaf: malformedJson, generic: true },
  { like: 'invalid character', gives: { stage: 'secret' }, leaf: malformedJson, generic: true },
  {
    like: 'unable to get host for registry',
    gives: { stage: 'secret' },
    leaf: { kind: 'secret', problem: 'malformed' },
  },

  {
    like: 'error execing credential provider plugin {plugin:w} for image {image:w}',
    gives: credential(),
    leaf: provider,
  },
  { like: 'failed to provide credentials for image', gives: credential(), read: providerUnlessSaid },
  {
    like: 'failed getting credential from external registry credential provider',
    gives: credential(),
    read: providerUnlessSaid,
  },
  // the objects that the kubelet and its plugins exchange; a plugin of another protocol chokes on them
  { like: 'credentialproviderrequest', gives: credential(), leaf: { kind: 'credential-provider' }, prose: true },
  { like: 'credentialproviderresponse', gives: credential(), leaf: { kind: 'credential-provider' }, prose: true },
  { like: 'failed to register cri auth plugins', gives: credential(), leaf: provider },
  { like: 'failed to validate credential provider config', gives: credential(), leaf: provider, prose: true },
  // AWS: nothing on the machine names an identity; what follows is a note on how to log more
  { like: 'no valid providers in chain', gives: credential(), leaf: NO_IDENTITY },
  { like: 'nocredentialproviders', gives: credential(), leaf: NO_IDENTITY },
  { like: 'error getting credentials', gives: credential(), leaf: provider },
  { like: 'error retrieving credentials', gives: credential(), read: providerUnlessSaid },
  { like: 'failed to get authorization token', gives: credential(), read: providerUnlessSaid },
  { like: 'failed to retrieve credentials', gives: credential(), read: providerUnlessSaid },
  { like: 'failed to get ecr authorization token', gives: credential(), read: providerUnlessSaid },
  { like: 'while requesting ecr authorization token', gives: credential(), leaf: provider },
  { like: 'while requesting ecr auth token', gives: credential(), leaf: provider },
  { like: 'exec: "docker-credential-', gives: credential(), leaf: provider },
  { like: 'plugin binary executable', gives: credential(), leaf: provider },
  { like: 'failed to read external registry credentials', gives: credential(), leaf: provider },
  {
    like: 'no ec2 imds role found',
    gives: credential(),
    leaf: { kind: 'metadata', problem: 'unreachable' },
    prose: true,
  },
  { like: 'failed to get azure imds token', gives: credential(), leaf: { kind: 'metadata', problem: 'unreachable' } },
  { like: 'adal', gives: credential() },
  {
    like: 'defaultazurecredential',
    when: ({ seen }) => seen.pull === true,
    gives: { stage: 'credential', fallback: { kind: 'credential-provider' } },
  },
  { like: 'managedidentitycredential', gives: { stage: 'credential' } },
];

function credential() {
  return { pull: true, stage: 'credential' } as const;
}

function missingSecret({ rest }: Reading): Leaf {
  return notRetrieved(/secrets? "([^"]{1,253})"/.exec(rest)?.[1] ?? '');
}

function notRetrieved(names: string): Leaf {
  const list = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { kind: 'secret', problem: 'not-retrieved', ...(list.length === 0 ? {} : { names: list.slice(0, 20) }) };
}

/** JSON that does not parse is the pull secret's only where no registry has been talked to yet. */
function malformedJson({ seen, before }: Reading): Leaf | undefined {
  if (seen.stage !== undefined && seen.stage !== 'pull' && seen.stage !== 'secret') return undefined;
  if (seen.request !== undefined || /unmarshalling|response|header/i.test(before)) return undefined;
  return { kind: 'secret', problem: 'malformed' };
}

/** Hosts of metadata services: AWS and Azure (v4, v6), Google. */
const METADATA = /169\.254\.169\.254|fd00:ec2::254|metadata\.google\.internal|169\.254\.170\.2/i;

export function isMetadataHost(text: string): boolean {
  return METADATA.test(text);
}

/** The words of the libraries of AWS where the metadata service gave no role. */
const NO_ROLE = /\bno EC2 IMDS role found\b|\boperation error ec2imds\b|\bEC2RoleRequestError\b/i;

/** What is told deeper, of the network or by the cloud, says more. */
function providerUnlessSaid(reading: Reading): Gives {
  return { fallback: provider(reading) };
}

function provider({ captures, rest }: Reading): Leaf {
  const message = rest.replace(/^[\s:"]+/, '').slice(0, 300);
  if (METADATA.test(message) || NO_ROLE.test(message)) return { kind: 'metadata', problem: 'unreachable' };
  const plugin = captures.plugin;
  return {
    kind: 'credential-provider',
    ...(plugin === undefined || plugin === '' ? {} : { plugin }),
    ...(message === '' ? {} : { message }),
  };
}
