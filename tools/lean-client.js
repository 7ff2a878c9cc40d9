// Of @kubernetes/client-node only its KubeConfig is used. What that file imports for other uses, the generated
// API client and an old HTTP client, is two thirds of its size and start-up: both are left out of the bundle.
const KUBECONFIG = /@kubernetes[/\\]client-node[/\\]dist[/\\]config\.js$/;
const UNUSED = new Set(['./gen/index.js', 'node-fetch']);
const EMPTY = '\0unused-by-kubeconfig';

export const leanClient = {
  name: 'lean-client',
  resolveId: (source, importer) => (UNUSED.has(source) && KUBECONFIG.test(importer ?? '') ? EMPTY : null),
  load: (id) =>
    id === EMPTY
      ? 'export const Headers = undefined; export const createConfiguration = undefined; export const ServerConfiguration = undefined;'
      : null,
};
