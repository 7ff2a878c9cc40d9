import { describe, expect, it } from 'vitest';
import type { NetworkAnswer } from '../../core/node/network-answer.ts';
import type { SummaryAnswer } from '../../core/node/summary-answer.ts';
import type { RenderOptions } from '../format.ts';
import { renderNetwork } from './network.ts';
import { renderSummary } from './summarize.ts';

const OPTIONS: RenderOptions = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false };
const SHARED = {
  apiVersion: 'pullwhy/v1',
  collection: 'c-1',
  nodes: ['node-a'],
  coverage: { filesTotal: 0, filesRead: 0, bytesRead: 0, unread: [] },
  gaps: [],
} as const;

describe('text of what is not known', () => {
  it('says once that a section was not collected, with what would collect it', () => {
    const answer: NetworkAnswer = {
      ...SHARED,
      kind: 'NodeNetwork',
      asked: ['routes'],
      perNode: [
        {
          node: 'node-a',
          targets: [],
          sections: [
            { name: 'routes', state: 'unknown', summary: 'routes of the node: not collected', facts: [], problems: [] },
          ],
          chains: [],
          problems: [],
          gaps: [
            { what: 'routes of the node', why: 'not-collected', how: 'ip route' },
            { what: 'the hosts file', why: 'forbidden' },
          ],
        },
      ],
    };
    const text = renderNetwork(answer, OPTIONS);
    expect(text.split('routes of the node')).toHaveLength(2);
    expect(text).toContain('routes of the node: not collected: ip route');
    expect(text).toContain('not known:\n    the hosts file: forbidden');
  });

  it('names checks in words', () => {
    const answer: SummaryAnswer = {
      ...SHARED,
      kind: 'NodeSummary',
      confidence: 'unknown',
      statement: 'Nothing was found.',
      rootCauses: [],
      checks: [{ check: 'RUNTIME_RUNNING', answer: 'unknown', because: 'no list of services was collected' }],
      findings: [],
      unresolvedFindingIds: [],
    };
    const text = renderSummary(answer, OPTIONS);
    expect(text).toContain('the runtime runs: unknown: no list of services was collected');
    expect(text).not.toContain('RUNTIME_RUNNING');
  });
});
