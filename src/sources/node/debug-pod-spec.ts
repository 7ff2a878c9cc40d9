import type { Node } from '../../core/objects.ts';

export const POD_LABELS = {
  'app.kubernetes.io/name': 'pullwhy',
  'app.kubernetes.io/component': 'node-evidence',
  'app.kubernetes.io/managed-by': 'pullwhy',
} as const;

/** The cluster ends the pod after this time, whatever becomes of us. */
export const POD_SECONDS = 300;
export const CONTAINER = 'collect';

export interface DebugPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: Node['metadata']['name'];
  readonly image: string;
  readonly script: string;
}

/**
 * A pod that reads its node: on that node whatever its taints, with an image that is there already, the node's files
 * mounted read-only, as root (they are root's) but with no capability except to read and to change root; it has no
 * API token and ends by itself. The node's network is used for its routes and links, and to need no pod network.
 */
export function debugPodManifest({ name, namespace, node, image, script }: DebugPod): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: POD_LABELS },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      activeDeadlineSeconds: POD_SECONDS,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostNetwork: true,
      dnsPolicy: 'Default',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: CONTAINER,
          image,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', script],
          securityContext: {
            runAsUser: 0,
            runAsGroup: 0,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'], add: ['DAC_READ_SEARCH', 'SYS_CHROOT'] },
            seccompProfile: { type: 'RuntimeDefault' },
            // Where SELinux is on, no other type reads the node's files.
            seLinuxOptions: { type: 'spc_t' },
          },
          // Mounts below it are read-only as well where the kubelet can do that (1.33, and 1.30 with the gate).
          volumeMounts: [{ name: 'host', mountPath: '/host', readOnly: true, recursiveReadOnly: 'IfPossible' }],
        },
      ],
      volumes: [{ name: 'host', hostPath: { path: '/', type: 'Directory' } }],
    },
  };
}
