import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failsBeside } from '../shared/fails-beside.ts';
import { imageWords, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { citing, refusal } from '../shared/refusal.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly address: string | Placeholder;
  readonly refused: boolean;
}

/** Addresses at which clouds serve instance metadata. */
const METADATA =
  /169\.254\.169\.254|169\.254\.170\.2\b|fd00:ec2::254|metadata\.google\.internal|100\.100\.100\.200|\bimds\b/i;
const NOT_REACHED =
  /timed? ?out|deadline exceeded|refused|unreachable|host is down|no route|cannot assign|not responding|context canceled/i;

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'metadata');
  if (witness !== undefined) {
    const refused = witness.error.leaf.problem === 'refused';
    return {
      verdict: 'likely' as const,
      because: [witness.evidence],
      params: { address: witness.error.host ?? '169.254.169.254', refused },
      ...(refused ? { detail: 'no-identity' } : {}),
      note: refused ? 'the metadata service answers, but gives no identity' : 'the metadata service does not answer',
      toDecide: 'whether it was the kubelet or a pod that asked, and the error of the pull itself',
    };
  }
  return fromProvider(facts);
}

/** The credential provider says that it could not get the identity of the node. */
function fromProvider(facts: Facts) {
  if (facts.credentialProvider.state !== 'present') return undefined;
  const { message } = facts.credentialProvider.value;
  if (!METADATA.test(message) || failsBeside(facts) !== undefined) return undefined;
  const found = refusal(facts);
  const reached = !NOT_REACHED.test(message);
  const params = { address: METADATA.exec(message)?.[0] ?? placeholder('metadata service'), refused: reached };
  const detail = reached ? { detail: 'no-identity' } : {};
  if (found === undefined || found.came === 'credential') {
    return {
      verdict: 'possible' as const,
      because: facts.credentialProvider.because,
      params,
      ...detail,
      note: 'the credential provider could not ask the metadata service',
    };
  }
  return {
    verdict: found.wantsLogin ? ('confirmed' as const) : ('likely' as const),
    because: citing(found, facts.credentialProvider.because),
    params,
    ...detail,
    note: 'the credential provider could not get the identity of the node from the metadata service',
  };
}

/** The node cannot ask who it is, so it gets no registry login. */
export const cause = defineCause<Params>({
  id: 'instance-metadata-unreachable',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'The instance metadata service does not answer',
  meaning:
    'Credential providers get the identity of the node from the metadata service of the cloud. If that does not answer, or has no ' +
    'identity to give, there is no registry login, and pulls go out anonymously. The kubelet asks from the network of the node; ' +
    'a hop limit of 1 stops only pods that refresh registry secrets themselves.',
  refines: [
    'credential-provider-failed',
    'no-credentials',
    'connect-timeout',
    'no-route',
    'connection-refused',
    'access-denied-or-missing',
  ],
  shapes: [
    {
      example:
        'error execing credential provider plugin ecr-credential-provider for image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api: exit status 1: operation error ECR: GetAuthorizationToken, failed to sign request: failed to retrieve credentials: no EC2 IMDS role found, operation error ec2imds: GetMetadata, request send failed, Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": dial tcp 169.254.169.254:80: i/o timeout',
      from: 'kubelet log, ECR plugin',
      gives: 'first',
    },
    {
      example:
        'ecr: Failed to get authorization token: operation error ECR: GetAuthorizationToken, failed to retrieve credentials: no EC2 IMDS role found, operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, request send failed, Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": context deadline exceeded',
      from: 'ECR credential helper',
      gives: 'first',
    },
    {
      example:
        '"Failed to provide credentials for image" provider="acr-credential-provider" err="error execing credential provider plugin acr-credential-provider for image acme.azurecr.io/api: exit status 1: failed to get ACR token: Get \\"http://169.254.169.254/metadata/identity/oauth2/token\\": dial tcp 169.254.169.254:80: i/o timeout"',
      from: 'kubelet log, ACR plugin',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the credential provider reports that the metadata service did not answer, and the registry refused an anonymous request',
  ],
  ruledOutBy: ['the provider got a token and the registry refused it'],
  special: [
    'EC2: IMDSv2 with hop limit 1 is enough for the kubelet; only in-pod token refreshers need 2.',
    'EC2: an instance without instance profile answers 404: "no EC2 IMDS role found".',
    'Proxy: 169.254.169.254 must be in NO_PROXY of the kubelet.',
    'GCE: metadata.google.internal is resolved by the node, and blocked for pods by GKE metadata concealment.',
    'Azure: managed identity tokens come from 169.254.169.254; the identity must be assigned to the scale set.',
  ],
  prevention: ['Check the metadata service and the identity as part of node start, before the kubelet reports Ready.'],
  sample: { address: placeholder('metadata service'), refused: false },
  judge,
  statement: ({ address, refused }, facts) =>
    refused
      ? `The metadata service ${words(address)} gives ${nodeWords(facts)} no identity, so there is no registry login for ${imageWords(facts)}`
      : `${nodeWords(facts)} cannot reach the metadata service ${words(address)}, so there is no registry login for ${imageWords(facts)}`,
  remedies: (_, facts) => [
    {
      title: 'Ask the metadata service from the node itself (EC2)',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(
          facts,
          `sh -c 'T=$(curl -s -m 5 -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60"); curl -s -m 5 -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/iam/security-credentials/'`,
        ),
      ],
      note: 'It prints the name of the role. Empty: no instance profile. No answer: firewall, route or proxy.',
    },
    {
      title: 'See whether a proxy catches the request: NO_PROXY of the kubelet',
      safety: 'green',
      owner: 'operator',
      commands: [`${onNode(facts, 'systemctl show kubelet -p Environment')} | tr " " "\\n" | grep -i -o "no_proxy=.*"`],
    },
    {
      title: 'Switch the metadata service on, with the hop limit that in-pod refreshers need',
      safety: 'yellow',
      owner: 'operator',
      commands: [
        sh`aws ec2 modify-instance-metadata-options --instance-id ${placeholder('instance id')} --http-endpoint enabled --http-tokens required --http-put-response-hop-limit 2`,
      ],
    },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: (_, facts) => [
    {
      when: 'several nodes cannot reach it',
      to: 'cloud or network team',
      collect: [
        `node: ${nodeWords(facts)}`,
        'iptables rules and routes of the node',
        'metadata options of the instance',
      ],
    },
  ],
});
