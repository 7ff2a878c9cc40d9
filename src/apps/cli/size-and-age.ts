import { UsageError } from '../../core/usage-error.ts';

const AGES: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const SIZES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `7d`, `12h`, `1w`; in milliseconds. A number alone could mean anything. */
export function parseAge(flag: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([smhdw])$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`${flag} ${text} is no age: use for instance 12h, 7d or 4w`);
  return Number(amount) * (AGES[unit] ?? 0);
}

/** `500M`, `2GiB`, `2g`, `1048576`; in bytes, of 1024 each step. */
export function parseSize(flag: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?) ?([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`${flag} ${text} is no size: use for instance 500M or 2GiB`);
  return Math.floor(Number(amount) * (SIZES[unit.toLowerCase()] ?? 0));
}
