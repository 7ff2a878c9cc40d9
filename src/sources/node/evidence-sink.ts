import type { Gap } from '../../core/fact.ts';
import type { CollectionProgress } from '../../core/node/status.ts';

/** Where collectors put what they find: a collection of the store, or memory. */
export interface EvidenceSink {
  /** Path inside the collection, with `/`. The content is clean already: no secret values. */
  addFile(
    path: string,
    content: AsyncIterable<Uint8Array> | Uint8Array | string,
    about?: FileNote,
    signal?: AbortSignal,
  ): Promise<unknown>;
  addGap(gap: Gap): Promise<void>;
  progress(progress: CollectionProgress): Promise<void>;
  /** Adds what became known of where the evidence is from. */
  learn(learned: { readonly nodes?: readonly string[]; readonly instances?: readonly string[] }): Promise<void>;
}

export interface FileNote {
  readonly node?: string;
  /** The content is gzip and stays so. */
  readonly compressed?: boolean;
  /** Why it is not whole, in one clause. */
  readonly cut?: string;
}

/** A sink that keeps everything in memory, for what is only looked at. */
export class MemorySink implements EvidenceSink {
  readonly files = new Map<string, Uint8Array>();
  readonly gaps: Gap[] = [];
  readonly cuts = new Map<string, string>();
  readonly instances: string[] = [];

  async addFile(
    path: string,
    content: AsyncIterable<Uint8Array> | Uint8Array | string,
    { cut }: FileNote = {},
  ): Promise<void> {
    this.files.set(path, await bytesOf(content));
    if (cut !== undefined) this.cuts.set(path, cut);
  }

  async addGap(gap: Gap): Promise<void> {
    this.gaps.push(gap);
  }

  async progress(): Promise<void> {
    // Nobody waits.
  }

  async learn({ instances = [] }: { readonly instances?: readonly string[] }): Promise<void> {
    this.instances.push(...instances);
  }

  textOf(path: string): string | undefined {
    const bytes = this.files.get(path);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }
}

async function bytesOf(content: AsyncIterable<Uint8Array> | Uint8Array | string): Promise<Uint8Array> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return content;
  const all: Uint8Array[] = [];
  for await (const chunk of content) all.push(chunk);
  return Buffer.concat(all);
}
