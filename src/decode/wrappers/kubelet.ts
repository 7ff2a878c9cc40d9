import type { Rule } from '../rule.ts';
import { registryOf } from '../url.ts';

/**
 * Layers that the kubelet, kubeadm and kubectl put around an error.
 * Wordings of kubelet 1.25 to 1.36: images/image_manager.go, images/types.go, kuberuntime_*.go.
 */
export const KUBELET_WRAPPERS: readonly Rule[] = [
  { like: 'failed to pull image {image:q}', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'failed to pull image with policy {policy:q}', gives: { pull: true, stage: 'pull' } },
  { like: 'failed pulling image {image:q}', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'image pull failed for {image:w} because the registry is unavailable', gives: unavailable(), read: image },
  {
    like: 'image pull failed for {image:w} because the signature validation failed',
    gives: { pull: true, stage: 'signature', fallback: { kind: 'signature', problem: 'rejected' } },
    read: image,
  },
  // the kubelet of 1.3, where the runtime said nothing
  { like: 'image pull failed for unknown error', gives: { pull: true, stage: 'pull' } },
  { like: 'image pull failed for {image:w}', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'pull image error {image:w}', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'image pull failed', gives: { pull: true, stage: 'pull' } },
  // controllers and their tables quote it in the middle of a line
  { like: 'back-off pulling image {image:q}', prose: true, gives: { pull: true, stage: 'backoff' }, read: image },
  { like: 'errimagepull', prose: true, gives: { pull: true, stage: 'pull', reason: 'ErrImagePull' } },
  { like: 'imagepullbackoff', prose: true, gives: { pull: true, stage: 'backoff', reason: 'ImagePullBackOff' } },
  {
    like: 'invalidimagename',
    prose: true,
    gives: {
      pull: true,
      stage: 'reference',
      reason: 'InvalidImageName',
      fallback: { kind: 'reference', problem: 'format' },
    },
  },
  {
    like: 'imageinspecterror',
    prose: true,
    gives: {
      pull: true,
      stage: 'runtime',
      reason: 'ImageInspectError',
      fallback: { kind: 'runtime', problem: 'inspect' },
    },
  },
  {
    like: 'errimageneverpull',
    prose: true,
    gives: { pull: true, stage: 'policy', reason: 'ErrImageNeverPull', fallback: { kind: 'not-present' } },
  },
  { like: 'registryunavailable', prose: true, gives: { ...unavailable(), reason: 'RegistryUnavailable' } },
  {
    like: 'signaturevalidationfailed',
    prose: true,
    gives: {
      pull: true,
      stage: 'signature',
      reason: 'SignatureValidationFailed',
      fallback: { kind: 'signature', problem: 'rejected' },
    },
  },
  { like: 'failed to apply default image tag {image:q}', gives: { pull: true, stage: 'reference' }, read: image },
  { like: "couldn't parse image reference {image:q}", gives: unparsed(), read: image },
  { like: "couldn't parse image name {image:q}", gives: unparsed(), read: image },
  {
    // since 1.32 the name prints as "" (image_manager.go)
    like: 'failed to inspect image {image:q}',
    gives: { pull: true, stage: 'runtime', fallback: { kind: 'runtime', problem: 'inspect' } },
    read: image,
  },
  {
    like: 'failed to record image pull intent for container image {image:q}',
    gives: { pull: true, stage: 'runtime', fallback: { kind: 'runtime', problem: 'pull-record' } },
    read: image,
  },
  // kubelet 1.33 and later: the raw text stands where a reason would, as measured; no other step before a container parses JSON
  ...['json: cannot unmarshal', 'unexpected end of json input', 'invalid character'].map((words) => ({
    like: `failed to "startcontainer" for {container:q} with ${words}`,
    gives: { pull: true as const, stage: 'secret' as const },
    leaf: { kind: 'secret' as const, problem: 'malformed' as const },
  })),
  { like: 'failed to "startcontainer" for {container:q} with' },
  { like: 'pullimage {image:q} from image service failed', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'imagestatus {image:q} from image service failed', gives: inspecting(), read: image },
  { like: 'imagestatus from image service failed', gives: inspecting() },
  { like: 'pullimage from image service failed', gives: { pull: true, stage: 'pull' } },
  { like: 'failed to ensure image', gives: { pull: true, stage: 'pull' } },
  { like: 'error imagepull', gives: { pull: true, stage: 'pull' } },
  { like: 'trying and failing to pull image', gives: { pull: true, stage: 'pull' } },
  { like: "image can't be pulled", gives: { pull: true, stage: 'pull' } },
  // skaffold
  {
    like: "container {name:w} is waiting to start: {image:w} can't be pulled",
    gives: { pull: true, stage: 'pull' },
    read: image,
  },
  // kubelet 1.0: its only word on a pull that failed before
  { like: 'is not ready on the node', prose: true, gives: { pull: true, stage: 'pull' }, leaf: { kind: 'absent' } },
  { like: 'container start failed' },
  { like: 'failed to create pod sandbox', gives: { sandbox: true } },
  { like: 'failed create pod sandbox', gives: { sandbox: true } },
  // kubelet.go SyncPod, 1.36: the step before the sandbox.
  { like: 'error making pod data directories', gives: { sandbox: true } },
  { like: 'failed to create sandbox for pod', gives: { sandbox: true } },
  { like: 'failedcreatepodsandbox', gives: { sandbox: true, reason: 'FailedCreatePodSandBox' } },
  { like: 'runpodsandbox from runtime service failed', gives: { sandbox: true } },
  { like: 'createpodsandbox for pod', gives: { sandbox: true } },
  { like: 'createpodsandboxerror', gives: { sandbox: true } },
  { like: 'error creating pod sandbox with name {name:q}', gives: { sandbox: true } },
  { like: 'failed to start sandbox {id:q}', gives: { sandbox: true } },
  { like: 'failed to create a sandbox for pod {pod:q}', gives: { sandbox: true } },
  // containerd; dockershim and cri-dockerd
  ...['failed to get sandbox image {image:q}', 'unable to pull sandbox image {image:q}'].map(
    (like): Rule => ({ like, gives: { sandbox: true, pull: true, stage: 'pull' }, read: image }),
  ),
  { like: 'failed to inspect sandbox image {image:q}', gives: { ...inspecting(), sandbox: true }, read: image },
];

function image({ captures }: { captures: Readonly<Record<string, string>> }): ReturnType<typeof imageOf> {
  return imageOf(captures.image);
}

/** The image as a layer names it; the host of the reference until a deeper layer names the one that failed. */
export function imageOf(printed: string | undefined): { image?: string; host?: string } {
  // kubeadm before 1.13 prints `[name]`; the closing bracket is no part of a word
  // podman goes on behind the dots without a blank: `…/api:1.4...ERRO[0002] …`
  const name = printed?.replace(/^\[(?!.*\])/, '').replace(/\.\.\.[A-Z]{4}\[\d{1,6}.*$/, '');
  if (name === undefined || !/[a-z\d*<]/i.test(name) || name.startsWith('/')) return {};
  const host = registryOf(name);
  return { image: name, ...(host === undefined ? {} : { host }) };
}

function inspecting() {
  return { pull: true, stage: 'runtime', fallback: { kind: 'runtime', problem: 'inspect' } } as const;
}

function unavailable() {
  return { pull: true, stage: 'resolve' } as const;
}

function unparsed() {
  return { pull: true, stage: 'reference', fallback: { kind: 'reference', problem: 'format' } } as const;
}
