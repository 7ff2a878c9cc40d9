import { type AnswerGap, absent, answerGaps, type Fact, present, unknown } from '../../core/fact.ts';
import type { NodeCoverage, Unread } from '../../core/node/answer.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { openText } from '../lines/text-file.ts';
import type { NodeFiles } from './node-files.ts';

/** The text of a section file, whole or its beginning. */
export interface SectionText {
  readonly path: string;
  readonly text: string;
  /** Only the beginning was read. */
  readonly cut: boolean;
}

/** Sections are small; a longer one is a log in the wrong place, or made to hurt. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads the sections of one node, each file once, and remembers what was read and what was not. */
export class SectionReader {
  readonly files: NodeFiles;
  readonly #signal: AbortSignal | undefined;
  readonly #texts = new Map<string, Promise<SectionText | undefined>>();
  readonly #unread: Unread[] = [];
  #bytes = 0;
  #read = 0;

  constructor(files: NodeFiles, signal?: AbortSignal) {
    this.files = files;
    this.#signal = signal;
  }

  /** Files of these kinds, in the order of the bundle. */
  of(...kinds: readonly NodeFileKind[]): readonly NodeFile[] {
    return this.files.files.filter(({ kind }) => kinds.includes(kind));
  }

  /** Their texts; those that cannot be read are left out and told in the coverage. */
  async texts(...kinds: readonly NodeFileKind[]): Promise<readonly SectionText[]> {
    const texts = await Promise.all(this.of(...kinds).map((file) => this.text(file)));
    return texts.filter((text) => text !== undefined);
  }

  text(file: NodeFile): Promise<SectionText | undefined> {
    const known = this.#texts.get(file.path);
    if (known !== undefined) return known;
    const text = this.#load(file);
    this.#texts.set(file.path, text);
    return text;
  }

  /**
   * What the files of these kinds tell, read by `parse`: undefined where they hold nothing of the kind.
   * No file: not collected. Files without anything in them: `ifEmpty`, or unreadable.
   */
  async fact<T>(
    wanted: string,
    kinds: readonly NodeFileKind[],
    parse: (texts: readonly SectionText[]) => T | undefined,
    { how, ifEmpty = 'unknown' }: { readonly how?: string; readonly ifEmpty?: 'absent' | 'unknown' } = {},
  ): Promise<Fact<T>> {
    const all = this.of(...kinds);
    if (all.length === 0) return unknown(wanted, 'not-collected', how);
    const texts = (await this.texts(...kinds)).filter(({ text }) => text.trim() !== '');
    const paths = (texts.length > 0 ? texts : all).map(({ path }) => path);
    const value = texts.length === 0 ? undefined : parse(texts);
    if (value !== undefined) return present(value, paths);
    return ifEmpty === 'absent' ? absent(paths) : unknown(`${wanted} (${paths.join(', ')})`, 'unreadable', how);
  }

  get coverage(): NodeCoverage {
    return { filesTotal: this.#texts.size, filesRead: this.#read, bytesRead: this.#bytes, unread: this.#unread };
  }

  async #load(file: NodeFile): Promise<SectionText | undefined> {
    const { path } = file;
    try {
      const source = await openText(file, this.#signal);
      if (source.encoding === 'binary') {
        this.#unread.push({ path, why: 'binary' });
        return undefined;
      }
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of source.chunks({ start: 0, end: MAX_BYTES }, this.#signal)) {
        // The chunk's memory may be used again.
        parts.push(Buffer.from(chunk));
        length += chunk.length;
      }
      const cut = length >= MAX_BYTES || file.cut !== undefined;
      this.#bytes += length;
      this.#read += 1;
      if (length >= MAX_BYTES) this.#unread.push({ path, why: 'budget', note: `read up to byte ${length}` });
      else if (file.cut !== undefined) this.#unread.push({ path, why: 'cut', note: file.cut });
      return { path, text: Buffer.concat(parts).toString('utf8').replaceAll('\r\n', '\n'), cut };
    } catch (error) {
      this.#signal?.throwIfAborted();
      this.#unread.push({
        path,
        why: 'unreadable',
        note: error instanceof Error ? error.message.slice(0, 200) : 'no text',
      });
      return undefined;
    }
  }
}

/** The gap of a fact that is not known. */
export function gapsOfFacts(facts: readonly Fact<unknown>[]): readonly AnswerGap[] {
  return answerGaps(facts.flatMap((fact) => (fact.state === 'unknown' ? fact.gap : [])));
}

/** What several readings covered together. */
export function joinCoverage(parts: readonly NodeCoverage[]): NodeCoverage {
  const from = parts.flatMap((part) => part.from ?? []).sort()[0];
  const to = parts
    .flatMap((part) => part.to ?? [])
    .sort()
    .at(-1);
  return {
    filesTotal: sum(parts.map((part) => part.filesTotal)),
    filesRead: sum(parts.map((part) => part.filesRead)),
    bytesRead: sum(parts.map((part) => part.bytesRead)),
    unread: parts.flatMap((part) => part.unread),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
