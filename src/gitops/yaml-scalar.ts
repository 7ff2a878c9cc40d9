import type { Scalar } from 'yaml';

/** What YAML readers take for something else than a string when it stands without quotes (1.1 and 1.2). */
const NOT_A_STRING =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|[-+]?0[xob][\da-f_]+|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*|\d+(?::\d+)+)$/i;
/** Characters that mean nothing special anywhere in a plain scalar, flow collections included. */
const PLAIN = /^(?:--?(?=[A-Za-z]))?[A-Za-z0-9_./$(][\w./:@+=$()-]*$/;

export type QuoteStyle = 'plain' | 'double' | 'single';

/** A string as YAML, in the style that the value had before where it can carry the new one. */
export function spellScalar(value: string, style: QuoteStyle): string {
  if (style === 'single') return `'${value.replaceAll("'", "''")}'`;
  if (style === 'plain' && PLAIN.test(value) && !NOT_A_STRING.test(value) && !/:$/.test(value)) return value;
  return JSON.stringify(value);
}

/** How a scalar is written. */
export function styleOf({ type }: Scalar): QuoteStyle {
  if (type === 'QUOTE_DOUBLE') return 'double';
  return type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}
