import type { Remedy } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failsBeside } from '../shared/fails-beside.ts';
import { imageWords, namesOf, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { nodePullRight, readKubeletLog, usesNodeIdentity } from '../shared/pull-right.ts';
import { citing, podRefusal, refusal, usableOffer } from '../shared/refusal.ts';
import { registryKindOf } from '../shared/registry-of.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly plugin: string | Placeholder;
  /** The plugin's own last words. */
  readonly message?: string;
  readonly detail?: string;
}

/** Longest quote of a plugin's words in a sentence. */
const MAX_QUOTE = 80;

/** The plugin's own words, without those of the kubelet and of its logger around them (plugin.go, 1.36). */
function ownWords(message: string): string {
  const at = message.search(/exit status \d+: /);
  const own = at < 0 ? message : message.slice(at).replace(/^exit status \d+: /, '');
  return own.replace(/^[IWEF]\d{4} [^\]]{0,120}\] /, '').trim();
}

/** What kind of failure the plugin's words tell. */
function detailOf(message: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  if (/no such file|executable file not found|permission denied/i.test(message)) return 'plugin-not-runnable';
  if (/deadline exceeded|timed? ?out|signal: killed/i.test(message)) return 'plugin-timeout';
  if (/not authorized|access ?denied|forbidden|\b403\b/i.test(message)) return 'identity-without-right';
  return /expired|invalid_client|AADSTS/i.test(message) ? 'identity-refused' : undefined;
}

function paramsOf(plugin: string | undefined, message: string | undefined): Params {
  const detail = detailOf(message);
  return {
    plugin: plugin ?? placeholder('plugin'),
    ...(message === undefined ? {} : { message }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function judge(facts: Facts) {
  if (facts.credentialProvider.state === 'present')
    return fromLog(facts, facts.credentialProvider.value, facts.credentialProvider.because);
  const witness = decisiveLeaf(facts, 'credential-provider');
  if (witness !== undefined) {
    const params = paramsOf(witness.error.leaf.plugin, witness.error.leaf.message);
    return {
      verdict: 'likely' as const,
      because: [witness.evidence],
      params,
      ...(params.detail === undefined ? {} : { detail: params.detail }),
      note: 'the kubelet could not get a credential from its provider plugin',
      toDecide: 'the error of the pull itself: the kubelet goes on anonymously after this',
    };
  }
  return fromRegistryKind(facts);
}

/** The kubelet's log names the plugin that failed. */
function fromLog(facts: Facts, failure: { plugin?: string; message: string }, log: readonly EvidenceId[]) {
  const params = paramsOf(failure.plugin, failure.message);
  const detail = params.detail === undefined ? {} : { detail: params.detail };
  const found = refusal(facts);
  if (found === undefined) {
    const otherwise = failsBeside(facts);
    if (otherwise === undefined)
      return {
        verdict: 'likely' as const,
        because: log,
        params,
        ...detail,
        note: 'the kubelet log names the plugin that failed',
      };
    return {
      verdict: 'ruled-out' as const,
      because: [otherwise.evidence, ...log],
      params,
      note: `${otherwise.words}, which no credential changes`,
    };
  }
  const because = citing(found, log);
  const secret = podRefusal(facts) === undefined ? undefined : usableOffer(facts)?.[0]?.secret;
  if (secret !== undefined || found.came === 'credential') {
    const note =
      secret === undefined
        ? 'some credential was offered and refused'
        : `secret ${secret} of the pod matches and is tried first`;
    return { verdict: 'possible' as const, because, params, ...detail, note };
  }
  return {
    verdict: found.wantsLogin ? ('confirmed' as const) : ('likely' as const),
    because,
    params,
    ...detail,
    note: 'the kubelet log names the plugin that failed; the pull went on without a login and was refused',
    overrules: [
      {
        said: found.witness.error.text,
        because: log,
        note: 'there is a credential provider for this registry; it failed, and only the kubelet log says so',
      },
    ],
  };
}

/** Without the kubelet's log: the registry is one that nodes reach through a plugin, and nothing was offered. */
function fromRegistryKind(facts: Facts) {
  const found = refusal(facts);
  if (found === undefined || found.came === 'credential' || !found.wantsLogin) return undefined;
  if (!usesNodeIdentity(facts) || facts.credentialProvider.state === 'absent') return undefined;
  if (podRefusal(facts) !== undefined && (usableOffer(facts)?.length ?? 0) > 0) return undefined;
  return {
    verdict: 'possible' as const,
    because: citing(found),
    params: paramsOf(undefined, undefined),
    note: "nodes log in to this registry through a plugin; a failure of it is in the kubelet's log only",
    toDecide: `lines with "credential provider" in the kubelet log of ${nodeWords(facts)}`,
  };
}

/** What helps, by what the plugin's words tell. */
function mend(plugin: string | Placeholder, detail: string | undefined, facts: Facts): readonly Remedy[] {
  if (detail === 'plugin-not-runnable') return [install(plugin)];
  return detail === 'identity-refused' ? [renewIdentity(facts)] : nodePullRight(facts);
}

function renewIdentity(facts: Facts): Remedy {
  const cluster = sh`--resource-group ${placeholder('resource group')} --name ${placeholder('cluster')}`;
  const principal = sh`--service-principal ${placeholder('app id')} --client-secret ${placeholder('new secret')}`;
  return {
    title: 'Renew the secret of the identity that the plugin logs in with',
    safety: 'yellow',
    owner: 'security',
    commands:
      registryKindOf(facts) === 'acr'
        ? [`az aks update-credentials ${cluster} --reset-service-principal ${principal}`]
        : [],
    note: 'A managed identity has no secret that can expire.',
  };
}

function install(plugin: string | Placeholder): Remedy {
  return {
    title: `Install ${words(plugin)} in the bin dir, on all nodes of the group`,
    safety: 'yellow',
    owner: 'operator',
    commands: [sh`install -m 0755 ${plugin} ${placeholder('bin dir')}/`],
    note: 'On the node. A change of the flags or of the provider config needs a restart of the kubelet.',
  };
}

/** The kubelet's credential provider plugin failed, and the pull went on anonymously. */
export const cause = defineCause<Params>({
  id: 'credential-provider-failed',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: "The kubelet's credential provider failed",
  meaning:
    'The kubelet asks an exec plugin for the login to cloud registries. When the plugin fails, exceeds its minute or is not ' +
    'configured for the host, the kubelet writes that to its own log only and pulls anonymously. The pod then shows a refusal ' +
    'that looks like a missing pull secret.',
  refines: ['no-credentials', 'access-denied-or-missing', 'pull-secret-host-mismatch'],
  shapes: [
    {
      example:
        'E1120 22:06:11.839457 859 plugin.go:418] "Failed to provide credentials for image" err="failed to get credential from external registry credential provider: error execing credential provider plugin ecr-credential-provider for image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api: exit status 1: AccessDeniedException: not authorized to perform ecr:GetAuthorizationToken" provider="ecr-credential-provider" image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api"',
      from: 'kubelet log, 1.36',
      gives: 'first',
    },
    {
      example:
        'Failed getting credential from external registry credential provider: error execing credential provider plugin acr-credential-provider for image acmecr.azurecr.io/shop/api: fork/exec /opt/bin/acr-credential-provider: no such file or directory: ',
      from: 'kubelet log, 1.27',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      from: 'containerd 2.1, ECR',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the kubelet log tells that the plugin failed for this image, and the registry refused an anonymous request',
  ],
  ruledOutBy: [
    'a pull secret of the pod matches: those are tried before plugins',
    'the pull fails before or after the login',
  ],
  special: [
    'kubelet: plugins are set by the flags --image-credential-provider-config and --image-credential-provider-bin-dir, not in the KubeletConfiguration.',
    'kubelet: matchImages follows the keyring rules; "host/*" matches nothing, name the host alone.',
    'kubelet: in-tree cloud credentials are gone: AWS since 1.27, Azure since 1.30, GCP since 1.31.',
    'kubelet: plugins use its proxy environment, not that of the runtime; metric kubelet_credential_provider_plugin_errors_total.',
    'ECR: the plugin uses the node role and needs ecr:GetAuthorizationToken and a way to api.ecr.',
  ],
  prevention: [
    'Alert on kubelet_credential_provider_plugin_errors_total.',
    'Pull one private image on each new node image before it is rolled out.',
  ],
  sample: { plugin: placeholder('plugin') },
  judge,
  statement: ({ plugin, message }, facts) => {
    const own = message === undefined ? '' : ownWords(message);
    const quote = own === '' ? '' : `: ${own.length > MAX_QUOTE ? `${own.slice(0, MAX_QUOTE)}…` : own}`;
    return `Credential provider ${words(plugin)} of the kubelet on ${nodeWords(facts)} gave no login for ${imageWords(facts)}${quote}`;
  },
  remedies: ({ plugin, detail }, facts) => {
    const { node } = namesOf(facts);
    const binDir = placeholder('bin dir');
    return [
      readKubeletLog(facts),
      {
        title: 'See that the kubelet has both flags, and that the plugin can be run',
        safety: 'green',
        owner: 'operator',
        commands: [
          `${onNode(facts, 'systemctl cat kubelet')} | grep -o -- "--image-credential-provider[^ ]*"`,
          onNode(facts, sh`ls -l ${binDir}/${plugin}`),
        ],
      },
      ...mend(plugin, detail, facts),
      {
        title: `Keep new pods off ${words(node)} meanwhile`,
        safety: 'yellow',
        owner: 'operator',
        commands: [sh`kubectl cordon ${node}`],
      },
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ plugin }, facts) => [
    {
      when: 'all nodes of a group fail, or only new ones',
      to: 'platform team (node image, cloud identity)',
      collect: [`kubelet log of ${nodeWords(facts)}`, `plugin: ${words(plugin)}`, 'kubelet flags and provider config'],
    },
  ],
});
