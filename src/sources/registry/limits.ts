const KIB = 1024;
const MIB = 1024 * KIB;

/** Bounds of one probe: a hostile registry must end in one clear line, soon and in little memory. */
export interface Limits {
  /** The whole probe. */
  readonly totalMs: number;
  readonly dnsMs: number;
  /** One address; the next is tried after it. */
  readonly tcpMs: number;
  readonly tlsMs: number;
  /** One request from its first byte to the last byte of its answer. */
  readonly requestMs: number;
  readonly addresses: number;
  readonly headerBytes: number;
  readonly errorBytes: number;
  readonly tokenBytes: number;
  /** Docker refuses more than 4 MiB (distribution); containerd 8 MiB. */
  readonly manifestBytes: number;
  readonly configBytes: number;
  readonly tagPageBytes: number;
  readonly tagPages: number;
  readonly tags: number;
  readonly catalogPages: number;
  readonly repositories: number;
  readonly redirects: number;
  readonly retries: number;
  /** A longer Retry-After is told, not waited for. */
  readonly retryAfterMs: number;
  /** Layers whose presence is asked. */
  readonly layers: number;
  readonly layersAtOnce: number;
  /** Entries of an index that are read. */
  readonly platforms: number;
}

export const LIMITS: Limits = {
  totalMs: 30_000,
  dnsMs: 5_000,
  tcpMs: 5_000,
  tlsMs: 10_000,
  requestMs: 15_000,
  addresses: 8,
  headerBytes: 32 * KIB,
  errorBytes: 16 * KIB,
  tokenBytes: 256 * KIB,
  manifestBytes: 4 * MIB,
  configBytes: 4 * MIB,
  tagPageBytes: 2 * MIB,
  tagPages: 20,
  tags: 20_000,
  catalogPages: 5,
  repositories: 5_000,
  redirects: 5,
  retries: 2,
  retryAfterMs: 5_000,
  layers: 64,
  layersAtOnce: 4,
  platforms: 200,
};
