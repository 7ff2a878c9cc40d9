import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';

describe('decodeText', () => {
  it('confirms nothing from words that stand alone', () => {
    const words = 'x509: certificate signed by unknown authority';
    expect(decodeText(words)).toMatchObject({ cause: 'tls-unknown-authority', verdict: 'likely' });
    expect(decodeText(words).candidates.map(({ verdict }) => verdict)).not.toContain('confirmed');
    expect(decodeText(`Failed to pull image "registry.acme.example/a:1": ${words}`)).toMatchObject({
      cause: 'tls-unknown-authority',
      verdict: 'confirmed',
    });
  });

  it('takes a page in place of an answer for another server', () => {
    const text = "error unmarshalling content: invalid character '<' looking for beginning of value";
    expect(decodeText(`Error response from daemon: ${text}`).cause).toBe('traffic-intercepted');
  });
});
