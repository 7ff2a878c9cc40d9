/** The cluster could not be asked, or refused everything: printed as one line, exit code 3. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}
