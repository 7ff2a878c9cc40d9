import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { cleanBytes } from './clean-text.ts';
import { isWantedFolder, isWantedLog, namesInListing } from './log-listing.ts';
import { newestPart } from './newest-part.ts';

async function* chunks(texts: readonly string[], error?: Error): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
  if (error !== undefined) throw error;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

describe('newestPart', () => {
  it('keeps a text whole that is short enough', async () => {
    const part = await newestPart(chunks(['a\n', 'b\n']), { keep: 100 });
    expect({ ...part, bytes: textOf(part.bytes) }).toEqual({ bytes: 'a\nb\n' });
  });

  it('keeps the end, from a whole line on', async () => {
    const part = await newestPart(chunks(['line one\nli', 'ne two\nline three\n']), { keep: 15 });
    expect({ ...part, bytes: textOf(part.bytes) }).toEqual({ bytes: 'line three\n', cut: 'the newest 1 KiB' });
  });

  it('keeps what came before a break, and says which part is missing', async () => {
    const part = await newestPart(chunks(['a\n'], new Error('reset')), { keep: 100 });
    expect(part.cut).toBe('it broke off after 1 KiB: newer lines are missing');
    expect(textOf(part.bytes)).toBe('a\n');
  });

  it('reads no more than it may', async () => {
    const part = await newestPart(chunks(Array.from({ length: 100 }, () => 'x'.repeat(1024))), {
      keep: 4096,
      read: 8192,
    });
    expect(part.cut).toContain('newer lines are missing');
  });

  it('passes an abort on', async () => {
    const abort = Object.assign(new Error('stopped'), { name: 'AbortError' });
    await expect(newestPart(chunks([], abort), { keep: 1 })).rejects.toBe(abort);
  });

  it('is always an end of the text that begins with a line', async () => {
    const lines = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 200 }), async (texts, keep) => {
        const pieces = texts.map((text) => `${text}\n`);
        const whole = pieces.join('');
        const { bytes } = await newestPart(chunks(pieces), { keep });
        const kept = textOf(bytes);
        expect(whole.endsWith(kept)).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(keep);
        expect(kept.length === whole.length || kept === '' || whole.at(-kept.length - 1) === '\n').toBe(true);
      }),
    );
  });
});

describe('cleanBytes', () => {
  it('changes nothing but secrets, whatever the size', async () => {
    const line = 'I1120 21:46:24.016541     810 x.go:1] "pulled" image="r.acme.example/app:1"\n';
    const secret = 'header="Authorization: Bearer c4n4ry-s3cr3t"\n';
    const text = `${line.repeat(20_000)}${secret}${line.repeat(20_000)}`;
    const out: Uint8Array[] = [];
    for await (const chunk of cleanBytes(Buffer.from(text))) out.push(chunk);
    const clean = Buffer.concat(out).toString();
    expect(out.length).toBeGreaterThan(1);
    expect(clean).not.toContain('c4n4ry');
    expect(clean.replace(/^header=.*\n/m, '')).toBe(line.repeat(40_000));
  });
});

describe('namesInListing', () => {
  it('reads a list of a file server, and no other page', () => {
    const html =
      '<!doctype html>\n<pre>\n<a href="kubelet.log">kubelet.log</a>\n<a href="a%20b/">a b/</a>\n<a href="../x">x</a>\n</pre>';
    expect(namesInListing(html)).toEqual(['kubelet.log', 'a b/']);
    expect(namesInListing('<html>Sign in</html>')).toBeUndefined();
    expect(namesInListing('<pre>\n</pre>')).toEqual([]);
  });

  it.each(['kubelet.log', 'messages', 'syslog', 'containerd.log', 'rke2-agent.log'])('wants %s', (name) =>
    expect(isWantedLog(name)).toBe(true),
  );
  it.each(['auth.log', 'secure', 'kubelet.log.1.gz', 'audit/', 'pods/', 'private/'])('leaves %s', (name) =>
    expect(isWantedLog(name) || isWantedFolder(name)).toBe(false),
  );
});
