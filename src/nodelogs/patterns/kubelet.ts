import { ALWAYS, type LogPattern } from './pattern.ts';

/** The kubelet itself: kubelet.go, kubelet_node_status.go, setters; cni errors come through the runtime's status. */
export const KUBELET_PATTERNS: readonly LogPattern[] = [
  {
    id: 'kubelet-failed',
    title: 'The kubelet does not run',
    severity: 'critical',
    words: ['kubelet.service', 'failed to run kubelet', 'run.go'],
    match:
      /kubelet\.service: (?:Main process exited|Failed with result|Start request repeated)|failed to run Kubelet|run\.go:\d+\] "command failed"/i,
  },
  {
    id: 'cni-not-ready',
    title: 'The pod network is not ready',
    severity: 'low',
    words: ['cni', 'networkpluginnotready'],
    match:
      /NetworkPluginNotReady|cni plugin not initialized|cni config uninitialized|no networks found in \/etc\/cni|cni config load failed/i,
    usual: [{ when: ALWAYS, why: 'usual while a node boots, until the network plugin has written its configuration' }],
  },
  {
    id: 'node-not-ready',
    title: 'The node became NotReady',
    severity: 'high',
    words: ['became not ready', 'nodenotready'],
    match: /Node became not ready|NodeNotReady/i,
    usual: [{ when: /cni plugin not initialized|NetworkPluginNotReady/i, why: 'usual while a node boots' }],
  },
  {
    id: 'container-not-found',
    title: 'A container was asked for after its removal',
    severity: 'info',
    words: [
      'containerstatus',
      'deletecontainer returned error',
      'could not find container',
      'container status',
      'no such container',
    ],
    match:
      /(?:ContainerStatus from runtime service failed|DeleteContainer returned error|failed to get container status).{0,600}not found|could not find container|No such container:/i,
    usual: [{ when: ALWAYS, why: 'logged when a container is removed while it is asked about' }],
  },
  {
    id: 'kubelet-started',
    title: 'The kubelet was started',
    severity: 'info',
    words: ['kubelet version', 'starting kubelet', 'started kubelet'],
    match: /"Kubelet version"|Starting kubelet main sync loop|Started kubelet(?:\.service)?\b/i,
    usual: [{ when: ALWAYS, why: 'logged at every start of the kubelet' }],
  },
];
