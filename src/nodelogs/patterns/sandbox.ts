import type { LogPattern } from './pattern.ts';

/** kubelet: kuberuntime_sandbox.go; containerd: cri/server/sandbox_run.go. Without its sandbox image no pod starts on a node. */
export const SANDBOX_PATTERNS: readonly LogPattern[] = [
  {
    id: 'sandbox-image-failed',
    title: 'The sandbox (pause) image is not available',
    severity: 'critical',
    words: ['sandbox image', 'sandbox'],
    match: /failed to get sandbox image|sandbox.{0,400}failed to pull image/i,
    implies: 'sandbox-image-unavailable',
  },
  {
    id: 'sandbox-create-failed',
    title: 'Pod sandboxes cannot be created',
    severity: 'medium',
    words: ['sandbox'],
    match:
      /Failed to create (?:pod )?sandbox|CreatePodSandbox for pod failed|RunPodSandbox .{0,600}failed|with CreatePodSandboxError/i,
    judged: true,
    usual: [
      {
        when: /cni plugin not initialized|cni config uninitialized|no networks found in \/etc\/cni|failed to setup network for sandbox/i,
        why: 'usual while a node boots: the network plugin is not up yet',
      },
    ],
  },
];
