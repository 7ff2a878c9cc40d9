import { neutralize } from '../../core/redact.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { assemble } from './assemble.ts';
import { LIMITS, type Limits } from './limits.ts';
import { placeOf } from './place.ts';
import { readContent } from './read-content.ts';
import { withoutMarkup, withPlainLineEnds } from './text-encoding.ts';

export interface ReadTextOptions {
  readonly limits?: Partial<Limits>;
  /** RFC 3339; only places log times that have no year. */
  readonly now?: string;
}

/** A snapshot of one text, whatever its form: JSON, YAML, describe, tables, log lines, or a bare error. Never throws. */
export function readText(text: string, name: string, options: ReadTextOptions = {}): Snapshot {
  const limits = { ...LIMITS, ...options.limits };
  const reading = readContent(withPlainLineEnds(withoutMarkup(text)), {
    name: neutralize(name),
    named: true,
    limits,
    place: placeOf(name),
  });
  return assemble(reading, { names: [name], limits, now: options.now ?? new Date().toISOString() });
}
