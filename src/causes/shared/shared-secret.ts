import type { Shared } from '../../core/cause.ts';
import type { Placeholder } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';

/** One Secret that is at fault for all pulls that rely on it, whatever their image; undefined when its name is not known. */
export function sharedSecret(secret: string | Placeholder, { subject }: Facts): Shared | undefined {
  return typeof secret === 'string' ? { kind: 'secret', name: `${subject.namespace ?? ''}/${secret}` } : undefined;
}
