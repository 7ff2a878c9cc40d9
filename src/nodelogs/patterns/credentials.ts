import { ALWAYS, type LogPattern } from './pattern.ts';

/** kubelet: credentialprovider/plugin, kubelet_pods.go (getPullSecretsForPod), credentialprovider/config.go. */
export const CREDENTIAL_PATTERNS: readonly LogPattern[] = [
  {
    id: 'credential-provider-failed',
    title: 'The credential provider plugin of the kubelet fails',
    severity: 'critical',
    words: ['credential provider', 'provide credentials', 'getting credentials'],
    match:
      /Failed to provide credentials|error execing credential provider|Error getting credentials|credential provider plugin .{0,200}(?:fail|error|not found|timed out)/i,
    judged: true,
  },
  {
    id: 'pull-secret-malformed',
    title: 'A pull secret cannot be read',
    severity: 'high',
    words: ['illegal base64 data', 'parse auth field'],
    match: /illegal base64 data at input byte|unable to parse auth field/i,
    judged: true,
  },
  {
    id: 'pull-secret-missing',
    title: 'Pods list pull secrets that are not there',
    severity: 'medium',
    words: ['retrieve pull secret', 'image pull secrets', 'imagepullsecret'],
    match: /Unable to retrieve (?:some )?(?:image )?pull secret|FailedToRetrieveImagePullSecret/i,
    judged: true,
    usual: [{ when: ALWAYS, why: 'also logged for pods whose pulls work: a hint, no proof' }],
  },
];

/** Instance metadata, which the node's own identity comes from. */
export const IMDS_PATTERNS: readonly LogPattern[] = [
  {
    id: 'imds-unreachable',
    title: 'The instance metadata service does not answer',
    severity: 'high',
    words: ['169.254.169.254', 'imds', 'ec2metadata', 'metadata.google.internal'],
    match:
      /(?:169\.254\.169\.254|metadata\.google\.internal)\S{0,200}.{0,200}(?:timeout|refused|deadline exceeded|unreachable|no route|\b40[0-9]\b)|EC2MetadataError|EC2MetadataRequestError|ec2imds: GetMetadata|no EC2 IMDS role found|failed to (?:get|retrieve) .{0,60}IMDS/i,
    judged: true,
  },
];
