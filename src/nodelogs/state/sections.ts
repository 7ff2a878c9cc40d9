import type { NodeFileKind } from '../../core/node/file-kind.ts';
import type { SeenNodeFile, StateSight } from '../../core/node/node-state.ts';
import { excerpt } from '../../core/redact.ts';
import type { SectionText } from '../sections/section-reader.ts';

/** The files of one node by kind. */
export class Sections {
  readonly files: readonly SeenNodeFile[];

  constructor(files: readonly SeenNodeFile[]) {
    this.files = files;
  }

  of(...kinds: readonly NodeFileKind[]): readonly SectionText[] {
    return this.files.filter(({ kind }) => kinds.includes(kind)).map(({ path, text }) => ({ path, text, cut: false }));
  }
}

/** A place in a file of a node, as evidence. */
export function sightAt(path: string, line: number, text: string): StateSight {
  return { id: `node-file/${path}:${line}`, locator: `${path}:${line}`, text: excerpt(text, 600) };
}
