/** Words that people and providers put into the names of image registries. */
const REGISTRY_WORD =
  /(?:^|[.-])(?:registry|registries|docker|dockerhub|quay|gcr|ghcr|ecr|acr|azurecr|mcr|mscr|lscr|ocir|icr|swr|harbor|nexus|artifactory|jfrog|jcr|container-?registry)(?:\d*[.:-]|\d*$)/i;

/** The same words in front of something that serves no images. */
const OTHER_SERVICE =
  /(?:^|\.)(?:(?:npm|yarn)[a-z]{0,12}\.[a-z]{2,6}|terraform\.io|opentofu\.org|docker\.internal|download\.docker\.com|desktop\.docker\.com|get\.docker\.com)(?::\d+)?$/i;

/** Whether a host is one whose name sounds like a registry of images and is none. */
export function isOtherService(host: string): boolean {
  return OTHER_SERVICE.test(host);
}

/** Whether a host name by itself says that image layers are served there: `registry-1.docker.io`, `harbor.acme.example`. */
export function isRegistryName(host: string): boolean {
  return REGISTRY_WORD.test(host) && !OTHER_SERVICE.test(host);
}
