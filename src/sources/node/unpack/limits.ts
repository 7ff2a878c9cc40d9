const GIB = 1024 ** 3;

/** Bounds of one import; all may be set by callers. */
export interface UnpackLimits {
  /** Files of one archive; must-gathers of large clusters have some 50,000. */
  readonly files: number;
  /** All files together, unpacked. */
  readonly totalBytes: number;
  /** One file, unpacked. */
  readonly fileBytes: number;
  /** Unpacked bytes for each packed byte; the densest of real logs reach some 100, gzip's own limit is 1032. */
  readonly ratio: number;
  /** Unpacked bytes that are never too many for their packed size. */
  readonly freeBytes: number;
  /** Archives inside the archive. */
  readonly depth: number;
  /** Bytes that must stay free on the disk. */
  readonly reserve: number;
}

export const UNPACK_LIMITS: UnpackLimits = {
  files: 250_000,
  totalBytes: 32 * GIB,
  fileBytes: 16 * GIB,
  ratio: 400,
  freeBytes: 0.0625 * GIB,
  depth: 1,
  reserve: 0.25 * GIB,
};
