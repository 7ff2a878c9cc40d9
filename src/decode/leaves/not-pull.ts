import type { Leaf, NotPull } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';

/** What keeps pods from running, and is no image pull. Each row ends the walk: what it wraps may look like a network error. */
const ROWS: readonly (readonly [what: NotPull, ...words: string[]])[] = [
  [
    'network-plugin',
    'failed to setup network for sandbox',
    'failed to set up sandbox container',
    'failed to set up pod',
    'failed to destroy network for sandbox',
    'networkplugin cni failed',
    'networkplugin kubenet failed',
    'network plugin returned error',
    'networkplugin',
    'network is not ready',
    'container runtime network not ready',
    'cni config uninitialized',
    'cni plugin not initialized',
    'error adding network',
    'error adding pod',
    'add cmd: failed to assign an ip address to container',
    'failed to create pod network sandbox',
    'plugin type=',
    'pod sandbox changed, it will be killed and re-created',
    'error while adding to cni',
    'failed to find plugin',
    'stat /var/lib/calico',
  ],
  [
    'probe',
    'readiness probe failed',
    'liveness probe failed',
    'startup probe failed',
    'readiness probe errored',
    'liveness probe errored',
    'startup probe errored',
    'probe failed',
  ],
  [
    'volume-mount',
    'mountvolume.setup failed',
    'mountvolume.mountdevice failed',
    'mountvolume.waitforattach failed',
    'mountvolume.newmounter',
    'mountvolume.mapvolume failed',
    'unmountvolume.teardown failed',
    'unable to attach or mount volumes',
    'unable to mount volumes',
    'attachvolume.',
    'multi-attach error for volume',
    'failedmount',
    'failedattachvolume',
    "couldn't propagate object cache",
    'imagevolumemountfailed',
  ],
  ['crash-loop', 'back-off restarting failed container', 'crashloopbackoff'],
  [
    'exec-format',
    'exec format error',
    'exec user process caused "exec format error',
    'exec user process caused: exec format error',
  ],
  [
    'image-gc',
    'failed to garbage collect required amount of images',
    "insufficient free disk space on the node's image filesystem",
    'image garbage collection failed',
    'invalid capacity 0 on image filesystem',
    'imagegcfailed',
    'freediskspacefailed',
    'unable to find data in memory cache',
  ],
  [
    'eviction',
    'the node was low on resource',
    'the node had condition',
    'attempting to reclaim',
    'evicted',
    'pod ephemeral local storage usage exceeds',
    'container {name:w} exceeded its local ephemeral storage limit',
    'usage of emptydir volume',
  ],
  ['webhook', 'failed calling webhook', 'failed to call webhook', 'failed calling admission webhook'],
  [
    'image-push',
    'error checking push permissions',
    'push failed',
    'unable to push',
    'pushing image',
    // buildkit
    'pushing layers',
    'checking push permission',
    'failed to push',
    'error pushing image',
    'the push refers to',
    'pushing',
    'error pushing to registry',
    'error publishing image',
    'failed to publish images',
    'error uploading',
    'uploading',
    'trying to reuse blob',
    'error trying to reuse blob',
    'write_package',
    'create_package',
    'kaniko should only be run',
    'failed to create a tmp single-platform image',
  ],
  [
    'image-build',
    'failed to read dockerfile',
    'failed to compute cache key',
    'executor failed running',
    'process "/bin/sh',
    "the command '/bin/sh",
    'the command "/bin/sh',
    'unable to prepare context',
    'dockerfile parse error',
    'error building at step',
    'error while building',
  ],
  [
    'scheduling',
    '0/{total:w} nodes are available',
    'no nodes available to schedule pods',
    'failedscheduling',
    'pod has unbound immediate persistentvolumeclaims',
    'preemption: ',
  ],
  ['quota', 'exceeded quota', 'forbidden: exceeded quota', 'failed quota'],
  [
    'service-account',
    'error looking up service account',
    'no api token found for service account',
    'serviceaccount {name:q} not found',
  ],
  [
    'container-create',
    'createcontainererror',
    'failed to generate container',
    'failed to generate spec',
    'failed to create containerd task',
    'failed to create containerd container',
    'failed to create shim',
    'failed to start container',
    'failed to create container',
    'oci runtime create failed',
    'oci runtime exec failed',
    'oci runtime error',
    'oci runtime attempted to invoke',
    'runc create failed',
    'runc did not terminate successfully',
    'container_linux.go',
    'starting container process caused',
    'cannot start service',
    'runcontainererror',
    'containercannotrun',
    'failed to reserve container name',
    'context deadline exceeded: create container failed',
    'error during container init',
    'failed to run container',
    'no command specified',
    'image not known',
    'conflict. the container name',
    'poststarthook',
    'oomkilled',
  ],
  [
    'container-config',
    'createcontainerconfigerror',
    "couldn't find key",
    'configmap {name:q} not found',
    'secret {name:q} not found',
    'secrets {name:q} not found',
    'configmaps {name:q} not found',
    'references non-existent secret key',
    'container has runasnonroot and image',
    'failed to prepare subpath',
    'failed to sync configmap cache',
    'failed to sync secret cache',
  ],
  ['runtime-log', 'pleg is not healthy', 'container runtime status check may not have completed'],
  [
    'other',
    'unable to connect to the server',
    'kubernetes cluster unreachable',
    'error dialing backend',
    // helm
    'looks like {url:q} is not a valid chart repository',
    'could not download oci',
    'unable to locate chart',
    'error locating chart',
    // the garbage collection of a registry
    'failed to execute gc job',
    'failed to garbage collect',
    'failed to delete blob',
    'failed to delete manifest',
    // etcd, and any server that logs its clients
    'rejected connection',
    'rafthttp',
    'etcdserver',
    'embed: rejected',
    'the connection to the server',
    // reasons of the API server that no admission has
    'error from server (toomanyrequests)',
    'error from server (unauthorized)',
    'error from server (timeout)',
    'error from server (serviceunavailable)',
    'you must be logged in to the server',
    // databases, git
    'access denied for user',
    'remote: http basic: access denied',
    'user {name:q} cannot',
    'failed to create new replica set',
    // the service controller, which speaks to the API of the cloud
    'error creating load balancer',
    'error syncing load balancer',
    'failed to ensure load balancer',
    'error getting node',
    'failed to watch',
    'failed to list',
    'unable to register node',
    'error updating node status',
    'http2: server: error reading preface',
    'unable to validate against any security context constraint',
    'violates podsecurity',
    'unable to authenticate the request',
    'no such container',
    // the kubelet looks for credentials in the metadata of a Google node, which need hold none
    "while reading 'google-dockercfg",
  ],
];

/** Words that an error of a pull may hold as well. */
const WEAK: ReadonlySet<string> = new Set(['pushing', 'uploading']);

function outsidePull({ seen }: Reading): boolean {
  return seen.pull !== true;
}

// a build may fail in the pull of its base image
const BUILD: Rule = { like: 'error building image', gives: { fallback: { kind: 'not-pull', what: 'image-build' } } };

export const NOT_PULL_LEAVES: readonly Rule[] = [
  BUILD,
  ...ROWS.flatMap(([what, ...words]) =>
    words.map(
      (like): Rule => ({
        like,
        leaf: what === 'container-create' ? startFailure : { kind: 'not-pull', what },
        ...(WEAK.has(like) ? { when: outsidePull } : {}),
      }),
    ),
  ),
];

const UNPACKS_LATE = /^(?:: ?["']?failed to create containerd container)?: ?error unpacking image\b/i;

/**
 * A wrong architecture shows only at the start of the process. A sandbox may fail for the node's disk, told further in;
 * and containerd unpacks an image late where another snapshotter wants it (client/container_opts.go).
 */
function startFailure({ rest, seen }: Reading): Leaf | undefined {
  if (seen.sandbox === true || UNPACKS_LATE.test(rest.slice(0, 120))) return undefined;
  const wrongArchitecture = rest.slice(0, 1500).toLowerCase().includes('exec format error');
  return { kind: 'not-pull', what: wrongArchitecture ? 'exec-format' : 'container-create' };
}
