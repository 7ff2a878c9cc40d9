import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { ecrHost, isByNodeIdentity, type RegistryKind } from '../../image/registry-kind.ts';
import { imageParts } from './image-parts.ts';
import { onNode } from './on-node.ts';
import { registryHost, registryKindOf } from './registry-of.ts';

export function usesNodeIdentity(facts: Facts): boolean {
  const kind = registryKindOf(facts);
  return kind !== undefined && isByNodeIdentity(kind);
}

/** Gives the identity of the nodes the right to pull, for the registries where that is how it is done. */
export function nodePullRight(facts: Facts): readonly Remedy[] {
  const kind = registryKindOf(facts);
  if (kind === 'ecr') return [ECR_RIGHT];
  if (kind === 'acr') return [acrRight(facts)];
  return kind === 'gar' || kind === 'gcr' ? [googleRight(facts)] : [];
}

/**
 * Where nodes have an identity but a pull secret was used, the identity behind the secret lacks the right:
 * what the node may do does not count.
 */
export function secretPullRight(facts: Facts, secret: string): readonly Remedy[] {
  const kind = registryKindOf(facts);
  const title = `Give the identity behind ${secret} the right to pull`;
  if (kind === 'gar' || kind === 'gcr') {
    const { note: _ofNodes, ...right } = googleRight(
      facts,
      accountOf(facts, secret) ?? placeholder('service account of the key'),
    );
    return [{ ...right, title }];
  }
  const note =
    kind === 'ecr'
      ? 'It is the role or user that fetched the token; the role of the node plays no part while a secret matches.'
      : 'It is the service principal, token or user in the secret: give it AcrPull on the registry.';
  return kind === 'ecr' || kind === 'acr' ? [{ title, safety: 'yellow', owner: 'operator', commands: [], note }] : [];
}

/** The service account of a Google key file in the secret. */
function accountOf(facts: Facts, secret: string): string | undefined {
  const listed = facts.pullSecrets.find(({ name }) => name === secret)?.secret;
  if (listed?.state !== 'present') return undefined;
  return listed.value.decoded.entries.find(({ account }) => account !== undefined)?.account;
}

/** Shows what a failed provider plugin leaves in the only place that it is told. */
export function readKubeletLog(facts: Facts): Remedy {
  return {
    title: "See whether the kubelet's credential provider failed: only its log tells",
    safety: 'green',
    owner: 'operator',
    commands: [`${onNode(facts, 'journalctl -u kubelet --since -1h --no-pager')} | grep -i "credential provider"`],
  };
}

/** ECR: another account is let in by the policy of the repository, beside that of its own role. */
export function seeRepositoryPolicy(facts: Facts): Remedy | undefined {
  const ecr = ecrHost(registryHost(facts) ?? '');
  if (ecr === undefined) return undefined;
  const repository = imageParts(facts)?.path ?? placeholder('repository');
  return {
    title: 'See the policy of the repository: another account needs to be allowed there too',
    safety: 'green',
    owner: 'operator',
    commands: [
      sh`aws ecr get-repository-policy --registry-id ${ecr.account} --region ${ecr.region} --repository-name ${repository}`,
    ],
    note: 'Pulling takes ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability.',
  };
}

/** ECR: the kubelet uses the node role; IRSA and pod identity play no part (cloud-provider-aws, ecr-credential-provider). */
const ECR_RIGHT: Remedy = {
  title: 'Let the node role pull',
  safety: 'yellow',
  owner: 'operator',
  commands: [
    sh`aws iam attach-role-policy --role-name ${placeholder('node role')} --policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly`,
  ],
  note: 'IRSA and pod identity do not count for pulls. Private subnets need the VPC endpoints ecr.api, ecr.dkr and the S3 gateway, whose policies can deny as well.',
};

/** AKS pulls as the kubelet identity of the cluster, which needs AcrPull. */
function acrRight(facts: Facts): Remedy {
  const host = registryHost(facts);
  const name = host?.split('.')[0] ?? placeholder('registry');
  const cluster = sh`--resource-group ${placeholder('resource group')} --name ${placeholder('cluster')}`;
  return {
    title: 'Let the kubelet identity of the cluster pull (AcrPull)',
    safety: 'yellow',
    owner: 'operator',
    commands: [
      `az aks check-acr ${cluster} ${sh`--acr ${host ?? placeholder('registry')}`}`,
      `az aks update ${cluster} ${sh`--attach-acr ${name}`}`,
    ],
  };
}

/** GKE pulls as the service account of the node pool; workload identity plays no part. */
function googleRight(facts: Facts, account: string | Placeholder = placeholder('node service account')): Remedy {
  const [project = '', repository = ''] = (imageParts(facts)?.path ?? '').split('/');
  const location = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(registryHost(facts) ?? '')?.[1];
  const member = sh`--member serviceAccount:${account} --role roles/artifactregistry.reader`;
  return {
    title: "Let the node pool's service account read the repository",
    safety: 'yellow',
    owner: 'operator',
    commands: [
      location !== undefined && project !== '' && repository !== ''
        ? `${sh`gcloud artifacts repositories add-iam-policy-binding ${repository} --project ${project} --location ${location}`} ${member}`
        : `${sh`gcloud projects add-iam-policy-binding ${project === '' ? placeholder('project') : project}`} ${member}`,
    ],
    note: 'The nodes also need the scope cloud-platform or devstorage.read_only.',
  };
}

/** Where an account gets the right to pull, for registries that people administer by hand. */
const ACCOUNT_RIGHT: Partial<Record<RegistryKind, string>> = {
  'docker-hub': 'Add the account to a team of the organisation with read access to the repository.',
  ghcr: 'Use a classic personal access token with read:packages, authorised for SSO of the organisation; give the account read access in the package settings.',
  quay: 'Give the robot account (org+name) read permission on the repository.',
  harbor: 'Make the robot or user a member of the project with pull permission; the path must contain the project.',
  gitlab: 'Use a deploy token with read_registry of this very project or group; a CI_JOB_TOKEN ends with its job.',
  artifactory:
    'Give the user Read on the repository key, and check that the path contains the key as this host wants it.',
};

/** The remedy for a login without the right to pull. */
export function accountPullRight(facts: Facts): Remedy | undefined {
  const kind = registryKindOf(facts);
  const note = kind === undefined ? undefined : ACCOUNT_RIGHT[kind];
  if (kind !== undefined && isByNodeIdentity(kind)) return undefined;
  const host = registryHost(facts) ?? placeholder('registry');
  return {
    title: `Give the account the right to pull at ${words(host)}`,
    safety: 'yellow',
    owner: 'registry',
    commands: [],
    note: note ?? 'In the administration of the registry: read access to this repository for this account.',
  };
}
