import type { Settings } from '../settings.ts';
import type { Tool } from '../tool.ts';

type Load = (settings: Settings) => Promise<Tool>;

/** Every tool by its name, each in a file of its own that is loaded when it is first asked for. */
const TOOLS = {
  // The answer.
  diagnose: async () => (await import('./diagnose.ts')).diagnose,
  decode: async () => (await import('./decode.ts')).decode,
  explain_cause: async () => (await import('./explain-cause.ts')).explainCause,
  // What the API server knows.
  cluster_health: async () => (await import('./cluster-health.ts')).clusterHealth,
  list_k8s_resources: async () => (await import('./list-k8s-resources.ts')).listK8sResources,
  get_k8s_events: async () => (await import('./get-k8s-events.ts')).getK8sEvents,
  get_image_pull_events: async () => (await import('./get-image-pull-events.ts')).getImagePullEvents,
  get_service_account_details: async () => (await import('./get-service-account-details.ts')).getServiceAccountDetails,
  get_secret_exists: async () => (await import('./get-secret-exists.ts')).getSecretExists,
  check_credentials: async () => (await import('./check-credentials.ts')).checkCredentials,
  // What registries know.
  probe_image: async () => (await import('./probe-image.ts')).probeImage,
  preflight: async () => (await import('./preflight.ts')).preflight,
  audit: async () => (await import('./audit.ts')).audit,
  // What nodes know.
  collect: async ({ debugPod }) => (await import('./collect.ts')).collect(debugPod),
  status: async () => (await import('./status.ts')).status,
  validate: async () => (await import('./validate.ts')).validate,
  errors: async () => (await import('./errors.ts')).errors,
  search: async () => (await import('./search.ts')).search,
  read: async () => (await import('./read.ts')).read,
  correlate: async () => (await import('./correlate.ts')).correlate,
  compare_nodes: async () => (await import('./compare-nodes.ts')).compareNodes,
  summarize: async () => (await import('./summarize.ts')).summarize,
  storage_diagnostics: async () => (await import('./storage-diagnostics.ts')).storageDiagnostics,
  network_diagnostics: async () => (await import('./network-diagnostics.ts')).networkDiagnostics,
  history: async () => (await import('./history.ts')).history,
  // What experts would do.
  list_sops: async () => (await import('./list-sops.ts')).listSops,
  get_sop: async () => (await import('./get-sop.ts')).getSop,
  run_sop: async () => (await import('./run-sop.ts')).runSop,
} as const satisfies Readonly<Record<string, Load>>;

export type ToolName = keyof typeof TOOLS;

/** In the order in which `tools/list` tells of them. */
export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

export async function toolNamed(name: ToolName, settings: Settings): Promise<Tool> {
  const load: Load = TOOLS[name];
  return load(settings);
}
