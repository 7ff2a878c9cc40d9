/** Media types of manifests and configurations (OCI image-spec, docker/distribution). */
export const INDEX_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
export const IMAGE_TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const SCHEMA1_TYPES: readonly string[] = [
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
];
export const CONFIG_TYPES: readonly string[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** What a runtime asks for (containerd core/remotes/docker resolver); a registry converts or refuses the rest. */
export const ACCEPTED: readonly string[] = [...INDEX_TYPES, ...IMAGE_TYPES, '*/*'];

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(?:diff|foreign\.diff)\.tar)(?:[.+](?:gzip|zstd))?$/;

/** Whether a runtime can unpack a layer of this type. */
export function isImageLayer(mediaType: string): boolean {
  return LAYER.test(mediaType);
}
