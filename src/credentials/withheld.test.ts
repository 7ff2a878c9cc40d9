import { describe, expect, it } from 'vitest';
import { isPlaceholder } from './withheld.ts';

describe('isPlaceholder', () => {
  it.each([
    '',
    '  ',
    'REDACTED',
    '<redacted>',
    '[REDACTED]',
    '***HIDDEN***',
    '"***MASKED***"',
    '(omitted)',
    '********',
    'xxxxxx',
    '++++++++',
    '<-- value not shown (#1)',
    '123 bytes',
    'redacted by the support bundle',
  ])('%j', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  it.each([
    '{"auths":{}}',
    'eyJhdXRocyI6e319',
    'secret',
    'hunter2',
    'Hidden4Ever',
    'redactedX',
    'x',
    `redacted ${'a'.repeat(300)}`,
  ])('%j is not', (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });
});
