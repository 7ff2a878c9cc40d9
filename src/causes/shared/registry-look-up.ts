import { type Placeholder, placeholder, sh } from '../../core/shell.ts';
import { ecrHost } from '../../image/registry-kind.ts';
import type { ImageParts } from './image-parts.ts';

/** Lists the tags of the repository; needs credentials on the machine when it is private. */
export function listTags(parts: ImageParts | undefined): string {
  if (parts === undefined) return sh`crane ls ${placeholder('repository')}`;
  const ecr = ecrHost(parts.host);
  if (ecr === undefined) return sh`crane ls ${parts.repository}`;
  const scope = sh`--registry-id ${ecr.account} --region ${ecr.region} --repository-name ${parts.path}`;
  return `aws ecr describe-images ${scope} --query 'sort_by(imageDetails,&imagePushedAt)[-10:].imageTags' --output text`;
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
