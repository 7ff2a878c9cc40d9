import type { Rule } from '../rule.ts';
import { statusGives } from '../status.ts';
import { readUrl } from '../url.ts';
import { imageOf } from './kubelet.ts';

/** Layers of dockerd, of the Docker CLI, and of dockershim and cri-dockerd in front of it. */
export const DOCKER_WRAPPERS: readonly Rule[] = [
  { like: 'error response from daemon', gives: { runtime: 'docker' } },
  { like: 'error from registry', gives: { runtime: 'docker', pull: true } },
  { like: 'api error ({status})', gives: { runtime: 'docker' } },
  { like: 'error pulling image configuration', gives: { runtime: 'docker', pull: true, stage: 'blob' } },
  {
    like: 'error pulling image ({tag}) from {image:w}',
    gives: { runtime: 'docker', pull: true, stage: 'pull' },
    read: image,
  },
  { like: 'error while pulling image', gives: { runtime: 'docker', pull: true, stage: 'pull' } },
  { like: 'error creating temporary lease', gives: { runtime: 'docker', pull: true, stage: 'unpack' } },
  // docker 1.8
  {
    like: 'error copying from layer download progress reader',
    gives: { runtime: 'docker', pull: true, stage: 'blob' },
  },
  { like: 'download failed, retrying', gives: { runtime: 'docker', pull: true, stage: 'blob' } },
  { like: 'download failed after attempts={count:w}', gives: { runtime: 'docker', pull: true, stage: 'blob' } },
  // docker 1.x graph/graph.go
  { like: 'driver {name:w} failed to create image rootfs {id:w}', gives: { ...unpacking(), runtime: 'docker' } },
  { like: 'failed to register layer', gives: { ...unpacking(), runtime: 'docker' } },
  { like: 'applylayer exit status {status:w} stdout:', gives: unpacking() },
  { like: 'applylayer stdout:', gives: unpacking() },
  { like: 'applylayer', gives: unpacking() },
  { like: 'error processing tar file', gives: unpacking() },
  { like: 'processing tar file', gives: unpacking() },
  // umoci, in Apptainer
  { like: 'while unpacking tmpfs', gives: unpacking() },
  { like: 'error unpacking rootfs', gives: unpacking() },
  { like: 'untar re-exec error', gives: unpacking() },
  { like: 're-exec error' },
  { like: 'could not get decompression stream', gives: unpacking() },
  {
    like: 'no successful auth challenge for {url:w} - errors',
    gives: { runtime: 'docker', pull: true, stage: 'resolve' },
    read: endpoint,
  },
  {
    like: 'unable to ping registry endpoint {url:w}',
    gives: { runtime: 'docker', pull: true, stage: 'resolve' },
    read: endpoint,
  },
  {
    like: 'invalid registry endpoint {url:w}',
    gives: { runtime: 'docker', pull: true, stage: 'resolve' },
    read: endpoint,
  },
  { like: 'v2 ping attempt failed with error', gives: { runtime: 'docker', pull: true, stage: 'resolve' } },
  { like: 'v1 ping attempt failed with error', gives: { runtime: 'docker', pull: true, stage: 'resolve' } },
  {
    like: 'image {image:w} could not be accessed on a registry',
    gives: { runtime: 'docker', pull: true, stage: 'resolve' },
    read: image,
  },
  { like: 'not continuing with pull after error', gives: { runtime: 'docker', pull: true, stage: 'pull' } },
  { like: 'attempting next endpoint for pull after error', gives: { runtime: 'docker', pull: true, stage: 'pull' } },
  { like: 'handler for post /{path:w} returned error', gives: { runtime: 'docker' } },
  {
    like: 'status {status:w} trying to pull repository {image:w}',
    gives: { runtime: 'docker', pull: true, stage: 'pull' },
    // dockerd 1.x prints the repository without its registry
    read: ({ captures, seen }) => ({
      ...(seen.image === undefined ? imageOf(captures.image) : {}),
      ...statusGives(Number(captures.status) || 0, seen),
    }),
  },
  // regclient: regctl, regsync, zot
  { like: 'failed to get manifest {image:w}', when: namesRegistry, gives: regclient('manifest'), read: image },
  { like: 'failed to request manifest head {image:w}', when: namesRegistry, gives: regclient('resolve'), read: image },
  { like: 'failed to get blob, digest {digest:w}, ref {image:w}', gives: regclient('blob'), read: image },
  // the builder of docker: `COPY --from=` and `RUN --mount=from=`
  { like: 'invalid from flag value {image:w}', gives: { runtime: 'docker', pull: true, stage: 'pull' }, read: image },
  {
    like: 'pull access denied for {image:w}',
    gives: { pull: true, fallback: { kind: 'auth', problem: 'access-denied' } },
    read: image,
  },
  {
    like: 'manifest for {image:w} not found',
    gives: { runtime: 'docker', pull: true, stage: 'manifest', fallback: { kind: 'not-found', what: 'manifest' } },
    read: image,
  },
];

function unpacking() {
  return { pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'extract' } } as const;
}

function image({ captures }: { captures: Readonly<Record<string, string>> }): ReturnType<typeof imageOf> {
  return imageOf(captures.image);
}

function regclient(stage: 'resolve' | 'manifest' | 'blob') {
  return { pull: true, stage } as const;
}

/** A path in a registry: manifests are of much else, too. */
function namesRegistry({ captures }: { captures: Readonly<Record<string, string>> }): boolean {
  return /^[\w.-]{1,253}(?::\d{1,5})?\/\S/.test(captures.image ?? '');
}

function endpoint({ captures }: { captures: Readonly<Record<string, string>> }): { host?: string } {
  const host = readUrl(captures.url ?? '')?.host;
  return host === undefined ? {} : { host };
}
