import { rfc3339 } from '../ages.ts';
import { said } from './tree.ts';

/** RFC 3339 of a time as describe prints it: `Fri, 20 Nov 2026 22:12:51 +0000` (RFC 1123 with a numeric zone). */
export function printedTime(value: string | undefined): string | undefined {
  const text = said(value);
  return text === undefined ? undefined : rfc3339(Date.parse(text));
}
