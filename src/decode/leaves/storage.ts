import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';

type Storage = Extract<Leaf, { kind: 'storage' }>;
type Unpack = Extract<Leaf, { kind: 'unpack' }>;

/** Errno texts on the node's disk, and what unpacking makes of them. */
export const STORAGE_LEAVES: readonly Rule[] = [
  errno('no space left on device', 'no-space'),
  errno('no space left', 'no-space'),
  errno('not enough space', 'no-space'),
  errno('there is not enough space on the disk', 'no-space'),
  errno('insufficient disk space', 'no-space'),
  errno('enospc', 'no-space'),
  errno('disk quota exceeded', 'quota'),
  errno('edquot', 'quota'),
  errno('read-only file system', 'read-only'),
  errno('input/output error', 'io'),
  errno('structure needs cleaning', 'io'),
  errno('stale nfs file handle', 'io'),
  errno('stale file handle', 'io'),
  errno('transport endpoint is not connected', 'io'),
  errno('bad message', 'io'),
  errno('file name too long', 'other'),
  errno('too many open files', 'other'),
  errno('database not open', 'other'),
  fileError('permission denied', 'permission'),
  fileError('operation not permitted', 'permission'),
  fileError('no such file or directory', 'missing-path'),
  fileError('not a directory', 'missing-path'),
  fileError('operation not supported', 'other'),
  fileError('invalid argument', 'other'),
  fileError('device or resource busy', 'other'),
  fileError('file exists', 'other'),
  { like: 'too many links', leaf: { kind: 'unpack', problem: 'link' }, generic: true },
  { like: 'value too large for defined data type', leaf: { kind: 'unpack', problem: 'other' }, generic: true },

  { like: 'container id {id:w} cannot be mapped to a host id', leaf: unpack('ownership'), prose: true },
  { like: 'potentially insufficient uids or gids available in user namespace', leaf: unpack('ownership'), prose: true },
  { like: 'there might not be enough ids available in the namespace', leaf: unpack('ownership'), prose: true },
  {
    like: 'snapshotter not loaded',
    gives: { pull: true, stage: 'unpack' },
    leaf: unpack('snapshotter-missing'),
    prose: true,
  },
  {
    like: 'unable to resolve snapshotter',
    gives: { pull: true, stage: 'unpack' },
    leaf: unpack('snapshotter-missing'),
  },
  {
    like: 'snapshotter {name:w} was not found',
    gives: { pull: true, stage: 'unpack' },
    leaf: unpack('snapshotter-missing'),
  },
  {
    like: 'parent snapshot {name:w} does not exist',
    gives: { pull: true, stage: 'unpack' },
    leaf: unpack('snapshot-state'),
  },
  { like: 'snapshot {name:w} does not exist', leaf: unpack('snapshot-state') },
  { like: 'target snapshot {name:q}', leaf: unpack('snapshot-state'), generic: true },
  { like: 'snapshot already exists', leaf: unpack('snapshot-state'), generic: true },
  { like: 'missing parent', leaf: unpack('snapshot-state'), when: ({ seen }) => seen.stage === 'unpack' },
  { like: 'unable to initialize unpacker', gives: { pull: true, stage: 'unpack' }, leaf: unpack('other') },
  { like: 'no unpack platforms', gives: { pull: true, stage: 'unpack' }, leaf: unpack('other') },
  // containers/storage: the record of an image, or what it lists, is gone
  {
    like: 'locating item named {item:q} for image with id {id:q}',
    gives: { stage: 'unpack' },
    leaf: unpack('snapshot-state'),
  },
  {
    like: 'reference {name:q} does not resolve to an image id',
    when: ({ seen }) => seen.pull === true,
    leaf: unpack('snapshot-state'),
  },
  { like: 'layer does not exist', leaf: unpack('snapshot-state'), generic: true },
  { like: 'layer not known', leaf: unpack('snapshot-state'), generic: true },
  { like: 'unknown parent image id', leaf: unpack('snapshot-state'), generic: true },
  // dockerd's overlay2 makes a layer `-init` for each container, and none for an image
  {
    like: 'error creating overlay mount to {path:w}',
    when: ofContainer,
    leaf: { kind: 'not-pull', what: 'container-create' },
  },
  { like: 'error creating overlay mount to', gives: { pull: true, stage: 'unpack' }, leaf: unpack('other') },
  { like: 'processbaselayer', gives: { pull: true, stage: 'unpack' }, leaf: unpack('extract') },
  ...['hcsshim::importlayer', 'hcsshim::processbaselayer', 'hcsshim::processutilityvmimage'].map(
    (like): Rule => ({ like, gives: { pull: true, stage: 'unpack' }, leaf: unpack('extract') }),
  ),
  { like: 'hcsshim', gives: { stage: 'unpack' }, leaf: unpack('extract'), generic: true },
  { like: 'failed to handle changes to', leaf: unpack('extract'), generic: true },
  { like: 'failed to convert whiteout file', gives: { stage: 'unpack' }, leaf: unpack('extract') },
  { like: 'failed to lchown {path:q} for', leaf: unpack('ownership') },
  { like: 'lchown {path:w}', leaf: lchown },
];

function ofContainer({ captures }: Reading): boolean {
  return /-init\/merged$/.test(captures.path ?? '');
}

function errno(like: string, problem: Storage['problem']): Rule {
  return {
    like,
    generic: true,
    prose: true,
    read: ({ before }) => (RUNTIME_STORE.test(before) ? { pull: true } : {}),
    leaf: ({ before }) => storage(problem, pathOf(before)),
  };
}

/** Where runtimes keep images and half-loaded blobs: a failure there belongs to a pull though nothing says so. */
const RUNTIME_STORE =
  /\/var\/lib\/(?:docker|containerd|containers|desktop-containerd|rancher\/\w+\/agent\/containerd)\/|GetImageBlob|container_images_storage|\/var\/tmp\/storage/;

function unpack(problem: Unpack['problem']): Unpack {
  return { kind: 'unpack', problem };
}

function storage(problem: Storage['problem'], path: string | undefined): Storage {
  return { kind: 'storage', problem, ...(path === undefined ? {} : { path }) };
}

/** A change of owner that fails is a matter of id ranges, unless the disk itself fails. */
function lchown({ rest, captures }: Reading): Leaf {
  const words = rest.slice(0, 200).toLowerCase();
  if (words.includes('no space left')) return storage('no-space', captures.path);
  if (words.includes('read-only file system')) return storage('read-only', captures.path);
  return unpack('ownership');
}

const FILE_OPERATION =
  /(?:^|\s)(?:open|openat|create|mkdir|mkdirat|write|rename|remove|unlink|unlinkat|link|symlink|chmod|chown|lstat|stat|fsync|sync|truncate|mount|read|copy_file_range|removexattr|setxattr|lsetxattr|utimensat|chtimes|mknod|fork\/exec|operation)\b/i;
/** Device nodes and extended attributes: refused by the kind of file system, not by its rights. */
const SPECIAL_FILE = /xattr|mknod/i;
const MENTIONS_FILE = /[\s"]?(\/[^\s":;,)]{1,400})/;

/** Paths that only an image pull writes: dockerd's downloads, containerd's content store and mounts, containers/image's files. */
const PULL_PATH =
  /GetImageBlob|\/layerdb\/|tmpmounts\/containerd-mount|io\.containerd\.content|container_images_storage|\/var\/tmp\/storage\d/;

function ofPull({ before, seen }: Reading): Gives {
  return seen.pull !== true && PULL_PATH.test(before) ? { pull: true, stage: 'unpack' } : {};
}

/** Words that several system calls share: only a file operation before them makes them a matter of the disk. */
function fileError(like: string, problem: Storage['problem']): Rule {
  return {
    like,
    generic: true,
    read: ofPull,
    leaf: ({ before, seen }) => {
      const unpacking = seen.stage === 'unpack';
      if (before.includes('.sock') || (!unpacking && !FILE_OPERATION.test(before))) return undefined;
      const fallback = seen.fallback?.kind === 'unpack' ? seen.fallback : undefined;
      if (unpacking && problem === 'missing-path' && fallback?.problem === 'snapshot-prepare')
        return unpack('snapshot-state');
      if (unpacking && problem !== 'permission' && fallback !== undefined && !/link/i.test(before)) return fallback;
      if (unpacking && problem !== 'permission') return unpack(/link/i.test(before) ? 'link' : 'extract');
      if (unpacking && (like === 'operation not permitted' || SPECIAL_FILE.test(before))) return unpack('extract');
      return storage(problem, pathOf(before));
    },
  };
}

function pathOf(before: string): string | undefined {
  return MENTIONS_FILE.exec(before)?.[1];
}
