const MIB = 1024 * 1024;

/** Bounds of one run over evidence of unknown origin; all may be lowered by tests. */
export interface Limits {
  /** Files of a folder or archive; must-gathers of large clusters have some 50,000. */
  readonly files: number;
  /** Folders inside folders; real layouts stay below 15. */
  readonly folderDepth: number;
  /** Archives inside archives: a support bundle in a zip is 2. */
  readonly archiveDepth: number;
  /** One file, unpacked. V8 strings end at 512 Mi characters, and parsing needs several times the size. */
  readonly fileBytes: number;
  /** Archives up to this size are unpacked in memory; larger ones into the store, where there is one. */
  readonly archiveInMemory: number;
  /** All files together, unpacked. */
  readonly totalBytes: number;
  /** Unpacked bytes for each packed byte; text that compresses better than this is made to (gzip's own limit is 1032). */
  readonly ratio: number;
  /** One YAML document that only the general parser can read: it takes a second for 2 MiB. What kubectl writes has no limit. */
  readonly yamlChars: number;
  /** `*alias` expansions of a YAML document; kubectl never writes one. */
  readonly yamlAliases: number;
  /** Log entries kept, newest first: enough for days of one image's failures. */
  readonly logEntries: number;
  /** One log entry with its continuation lines. */
  readonly logEntryChars: number;
  /** One loose text; longer ones are cut down to the lines about pulls. */
  readonly textChars: number;
  /** Loose texts kept. */
  readonly texts: number;
}

export const LIMITS: Limits = {
  files: 100_000,
  folderDepth: 32,
  archiveDepth: 2,
  fileBytes: 256 * MIB,
  archiveInMemory: 64 * MIB,
  totalBytes: 1024 * MIB,
  ratio: 400,
  yamlChars: 4 * MIB,
  yamlAliases: 100,
  logEntries: 20_000,
  logEntryChars: 16 * 1024,
  textChars: 64 * 1024,
  texts: 200,
};
