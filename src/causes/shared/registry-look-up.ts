import { type Placeholder, placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { ecrHost } from '../../image/registry-kind.ts';
import { type ImageParts, imageParts } from './image-parts.ts';

/** Lists the tags of the repository; needs credentials on the machine when it is private. */
export function listTags(parts: ImageParts | undefined): string {
  if (parts === undefined) return sh`crane ls ${placeholder('repository')}`;
  const ecr = ecrHost(parts.host);
  if (ecr === undefined) return sh`crane ls ${parts.repository}`;
  const scope = sh`--registry-id ${ecr.account} --region ${ecr.region} --repository-name ${parts.path}`;
  return `aws ecr describe-images ${scope} --query 'sort_by(imageDetails,&imagePushedAt)[-10:].imageTags' --output text`;
}

/** The same for a pull: a registry of the cluster is asked through the API server, for its address leads nowhere from outside. */
export function listTagsOf(facts: Facts): string {
  const parts = imageParts(facts);
  const proxy = registryProxy(facts);
  return proxy === undefined || parts === undefined
    ? listTags(parts)
    : sh`kubectl get --raw ${`${proxy}/v2/${parts.path}/tags/list`}`;
}

/** What that prints when the tag is there. */
export function tagListed(facts: Facts): string {
  const parts = imageParts(facts);
  const tag = parts?.tag ?? 'the tag';
  if (registryProxy(facts) === undefined || parts === undefined) return `${tag} is one of the lines`;
  return `{"name":"${parts.path}","tags":["${tag}"]}, other tags beside it`;
}

/** The path of a registry of the cluster behind the API server's service proxy. */
export function registryProxy({ inClusterRegistry }: Facts): string | undefined {
  if (inClusterRegistry.state !== 'present' || inClusterRegistry.value.port === undefined) return undefined;
  const { namespace, service, port, secure } = inClusterRegistry.value;
  return `/api/v1/namespaces/${namespace}/services/${secure === true ? 'https:' : ''}${service}:${port}/proxy`;
}

/** Prints the manifest that the registry has under this reference. */
export function showManifest(image: string | Placeholder): string {
  return sh`crane manifest ${image}`;
}

/** Prints which platforms an image is built for; one line each. */
export function listPlatforms(image: string | Placeholder): string {
  return `${sh`crane manifest ${image}`} | jq -r '.manifests[]?.platform | "\\(.os)/\\(.architecture)"'`;
}

/** Copies an image between registries with all its platforms. */
export function copyImage(from: string | Placeholder, to: string | Placeholder): string {
  return sh`crane copy ${from} ${to}`;
}
