import { RESOURCES, type Resource } from './resources.ts';

/** What `/version` says (recorded on 1.36). */
const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '',
  goVersion: '',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Questions that are posted and never stored. */
export function isReview(path: string): boolean {
  return /^\/apis\/authorization\.k8s\.io\/v1\/\w+reviews$/.test(path);
}

/** What the API server says of itself, so that kubectl works with a replayed cluster; undefined for any other path. */
export function discovery(path: string, isServed: (resource: Resource) => boolean): object | undefined {
  const resources = RESOURCES.filter(isServed);
  if (path === '/version') return VERSION;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(resources).map(groupOf) };
  const version = path.replace(/^\/apis?\//, '');
  const served = resources.filter((resource) => versionOf(resource) === version);
  if (served.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources: served.map(resourceOf) };
}

function groups(resources: readonly Resource[]): string[] {
  return [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
}

function groupOf(name: string): object {
  const served = RESOURCES.find(({ group }) => group === name)?.version ?? 'v1';
  const version = { groupVersion: `${name}/${served}`, version: served };
  return { name, versions: [version], preferredVersion: version };
}

function versionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

function resourceOf({ plural, kind, namespaced }: Resource): object {
  return { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: ['get', 'list', 'watch'] };
}
