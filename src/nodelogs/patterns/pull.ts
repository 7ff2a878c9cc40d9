import type { LogPattern } from './pattern.ts';

/**
 * Failures of pulls, per runtime. kubelet: remote_image.go, kuberuntime_image.go, pod_workers.go, images/puller.go;
 * containerd: cri/server/images/image_pull.go, core/remotes/docker; CRI-O: server/image_pull.go; dockerd: the
 * answer of the daemon. A successful pull has none of these words.
 */
export const PULL_PATTERNS: readonly LogPattern[] = [
  {
    id: 'pull-throttled',
    title: "The kubelet's own limit on pulls is exceeded",
    severity: 'high',
    words: ['pull qps exceeded'],
    match: /pull QPS exceeded/i,
    judged: true,
  },
  {
    id: 'pull-record-failed',
    title: 'The kubelet cannot write its record of a pull',
    severity: 'high',
    words: ['image pull intent'],
    match: /Failed to record image pull intent/i,
    judged: true,
  },
  {
    id: 'pull-no-progress',
    title: 'A pull was given up because nothing arrived',
    severity: 'high',
    words: ['because of no progress'],
    match: /cancel pulling image .{0,600}because of no progress/i,
    judged: true,
  },
  {
    id: 'image-never-pull',
    title: 'An image is absent and its policy is Never',
    severity: 'high',
    words: ['errimageneverpull', 'pull policy of never'],
    match: /ErrImageNeverPull|is not present with pull policy of Never/i,
    judged: true,
  },
  {
    id: 'image-name-invalid',
    title: 'An image name does not parse',
    severity: 'high',
    words: ['invalidimagename', 'parse image name', 'default image tag', 'invalid reference format'],
    match: /InvalidImageName|couldn't parse image name|Failed to apply default image tag|invalid reference format/i,
    judged: true,
  },
  {
    id: 'image-inspect-failed',
    title: 'The runtime cannot look at its images',
    severity: 'high',
    words: ['imageinspecterror', 'failed to inspect image', 'imagestatus from image service failed'],
    match: /ImageInspectError|Failed to inspect image|ImageStatus from image service failed/i,
    judged: true,
  },
  {
    id: 'image-unusable',
    title: 'What was pulled cannot be run',
    severity: 'medium',
    words: ['failed to generate spec', 'exec format error', 'error unpacking image', 'no command specified'],
    match:
      /failed to generate spec: no command specified|exec format error|error unpacking image|no command specified/i,
    judged: true,
  },
  {
    id: 'registry-host-failed',
    title: 'A registry host or mirror was tried in vain',
    severity: 'low',
    words: ['trying next host', 'fetch failed', 'attempting next endpoint'],
    match: /msg\W{1,5}(?:trying next host|fetch failed)|Attempting next endpoint for pull/i,
    judged: true,
  },
  {
    id: 'image-pull-back-off',
    title: 'Pods wait between attempts to pull',
    severity: 'medium',
    words: ['imagepullbackoff', 'back-off pulling image'],
    match: /ImagePullBackOff|Back-off pulling image/i,
    judged: true,
  },
  {
    id: 'image-pull-failed',
    title: 'Images cannot be pulled',
    severity: 'high',
    words: [
      'pullimage',
      'failed to pull',
      'failed to resolve',
      'errimagepull',
      'registryunavailable',
      'signaturevalidationfailed',
      'error pulling image',
      'initializing source',
      'failed to ensure image',
      'error response from daemon',
      'images/create returned error',
      'oci artifact',
      'pull access denied',
      'manifest unknown',
      'failed to copy',
      'failed to extract layer',
    ],
    match:
      /PullImage \\?"[^"\n]{1,600}" failed|PullImage from image service failed|PullImage failed|failed to pull (?:and unpack )?image|failed to pull image|failed to resolve (?:reference|image)|with (?:ErrImagePull|RegistryUnavailable|SignatureValidationFailed)|err="ErrImagePull|Error pulling image|initializing source docker:\/\/|Failed to ensure image|Error response from daemon: (?:manifest|pull access|Get |toomanyrequests|no matching manifest)|images\/create returned error|unable to pull image or OCI artifact|pull access denied|manifest unknown|failed to copy: |failed to extract layer/i,
    judged: true,
  },
];
