/** One thing in an archive, as the archive says; nothing of it is trusted. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'hard-link' | 'symbolic-link' | 'device' | 'sparse' | 'encrypted' | 'other';
  /** As claimed. */
  readonly size: number;
  readonly modifiedAt?: string;
  /** Of links. */
  readonly target?: string;
  /** Unpacked; to be read once, before the next entry is asked for. Throws where the archive is cut or damaged. */
  content(): AsyncIterable<Uint8Array>;
}

/** The archive cannot be read any further; what came before is good. The message is one clause. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export function isoTime(ms: number): string | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) || ms <= 0 ? undefined : time.toISOString();
}
