import { describe, expect, it } from 'vitest';
import { textCases } from './cases-from-texts.ts';
import { IMAGE, indexOf, log, NOT_FOUND } from './snapshot.fixture.ts';

/** dockerd names neither pod nor image in what it logs of a pull. */
const RAW =
  'time="x" level=error msg="Handler for POST /images/create returned error: Get \\"https://registry.acme.example/v2/\\": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host"';
const WHOLE = { id: 'text/paste:1', locator: 'paste:1', raw: RAW, wholeLog: true } as const;

describe('a whole log', () => {
  const casesIn = (logs: readonly string[]) => {
    const index = indexOf({ logs: logs.map((raw) => log(raw)) });
    return textCases({ ...index, snapshot: { ...index.snapshot, texts: [WHOLE] } }, []).cases;
  };
  it('is judged as a text where its entries tell of no pull', () => {
    expect(casesIn([RAW])).toHaveLength(1);
  });

  it('is left to its entries where they do', () => {
    const pull = `time="x" level=error msg="PullImage \\"${IMAGE}\\" failed" error="${NOT_FOUND.replaceAll('"', '\\"')}"`;
    expect(casesIn([RAW, pull])).toEqual([]);
  });
});
