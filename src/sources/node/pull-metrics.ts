/**
 * Families of a kubelet's metrics that tell of image pulls, credential providers and calls to the runtime
 * (kubelet/metrics/metrics.go, 1.36); a kubelet has thousands of other lines.
 */
const FAMILY =
  /^(?:# (?:HELP|TYPE) )?(?:kubelet_(?:image|runtime_operations|credential_provider|started_(?:containers|pods)|evictions|pleg_relist_duration_seconds_(?:sum|count)|node_name|running_pods)|process_start_time_seconds|kubernetes_build_info)/;

export function isPullMetric(line: string): boolean {
  return FAMILY.test(line) && !line.includes('_bucket{');
}
