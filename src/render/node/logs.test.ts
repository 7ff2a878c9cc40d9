import { describe, expect, it } from 'vitest';
import type { ErrorsAnswer } from '../../core/node/errors-answer.ts';
import type { ReadAnswer } from '../../core/node/read-answer.ts';
import type { SearchAnswer } from '../../core/node/search-answer.ts';
import type { CollectionInfo } from '../../core/node/status.ts';
import type { RenderOptions } from '../format.ts';
import { displayWidth } from '../layout.ts';
import { errorsText } from './errors.ts';
import { readText } from './read.ts';
import { searchText } from './search.ts';
import { statusText } from './status.ts';

const OPTIONS: RenderOptions = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false };
const LINE = {
  path: 'kubelet/kubelet.log',
  line: 7,
  at: '2026-11-20T22:00:00.000Z',
  text: `E1120 22:00:00 "PullImage from image service failed" err="${'some words of it '.repeat(40)}"`,
};
const COVERAGE = {
  filesTotal: 3,
  filesRead: 2,
  bytesRead: 2_500_000,
  unread: [{ path: 'kubelet/kubelet.log.1', why: 'budget', note: 'not begun: the time is up' }],
  from: '2026-11-20T21:00:00.000Z',
  to: '2026-11-20T22:00:00.000Z',
} as const;
const SHARED = {
  collection: 'c-1',
  nodes: ['node-a'],
  coverage: COVERAGE,
  gaps: [{ what: 'containerd journal', why: 'forbidden', how: 'get nodes/proxy' }],
} as const;

const ERRORS: ErrorsAnswer = {
  ...SHARED,
  kind: 'NodeErrors',
  total: 2,
  bySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 1 },
  nextPage: 'p1-abc',
  findings: [
    {
      id: 'F-001',
      severity: 'high',
      pattern: 'image-pull-failed',
      title: 'Images cannot be pulled',
      count: 12,
      firstAt: '2026-11-20T21:00:00.000Z',
      lastAt: '2026-11-20T22:00:00.000Z',
      node: 'node-a',
      sample: LINE,
      places: [{ path: LINE.path, count: 12 }],
      cause: { id: 'tag-not-found', verdict: 'likely' },
    },
    {
      id: 'F-002',
      severity: 'info',
      pattern: 'runtime-started',
      title: 'The container runtime was started',
      count: 1,
      sample: { ...LINE, text: 'x' },
      places: [{ path: LINE.path, count: 1 }],
      usual: 'logged at every start of the runtime',
    },
  ],
};

const SEARCH: SearchAnswer = {
  ...SHARED,
  kind: 'NodeSearch',
  collections: ['c-1'],
  query: { text: '401|403', as: 'pattern', ignoreCase: true, note: '401, 403 only where an HTTP status stands' },
  matches: [{ ...LINE, id: 'S-001', collection: 'c-1', node: 'node-a', before: ['one before'], after: ['one after'] }],
  total: 40,
  places: [{ path: LINE.path, count: 40 }],
  related: [
    {
      about: 'whether containerd runs',
      says: 'system/services.txt lists containerd.service as loaded active running.',
    },
  ],
  seeAlso: [{ id: 'F-001', pattern: 'image-pull-failed', title: 'Images cannot be pulled', count: 1, sample: LINE }],
};

const READ: ReadAnswer = {
  ...SHARED,
  kind: 'NodeRead',
  path: LINE.path,
  fileKind: 'kubelet',
  lines: [
    { line: 9, offset: 100, text: '  indented' },
    { line: 10, offset: 111, text: 'next' },
  ],
  totalLines: 10,
  more: { before: true, after: false },
};

describe('text of answers about logs', () => {
  it.each([
    ['errors', errorsText(ERRORS, OPTIONS)],
    ['search', searchText(SEARCH, OPTIONS)],
  ])('%s keeps to 80 columns and says what was not read', (_, text) => {
    for (const row of text.split('\n')) expect(displayWidth(row), row).toBeLessThanOrEqual(80);
    expect(text).toContain('not read: kubelet/kubelet.log.1: budget');
    expect(text).toContain('not known: containerd journal: forbidden; get nodes/proxy');
  });

  it('names a finding with its severity, cause, place and sample, and the token of the next page', () => {
    const text = errorsText(ERRORS, OPTIONS);
    for (const part of [
      'F-001',
      'high',
      'tag-not-found (likely)',
      'kubelet/kubelet.log:7',
      'PullImage',
      'usual: logged',
      '--page p1-abc',
    ])
      expect(text).toContain(part);
  });

  it('leads on to the lines around a finding, where the evidence has a name', () => {
    expect(errorsText(ERRORS, OPTIONS)).toContain('lines around one: pullwhy node read F-001 c-1\n');
    expect(errorsText({ ...ERRORS, collection: 'm-1' }, OPTIONS)).not.toContain('node read');
    expect(errorsText({ ...ERRORS, findings: [] }, OPTIONS)).not.toContain('node read');
  });

  it('names matches with neighbours, hints and findings', () => {
    const text = searchText(SEARCH, OPTIONS);
    for (const part of [
      'S-001',
      '40 lines',
      '- one before',
      '- one after',
      'loaded active running',
      'see also F-001',
      'HTTP status',
    ])
      expect(text.replaceAll(/\s+/g, ' ')).toContain(part);
  });

  it('says plainly that there is nothing', () => {
    const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    expect(errorsText({ ...ERRORS, findings: [], total: 0, bySeverity }, OPTIONS)).toMatch(
      /^No findings in the logs of node-a/,
    );
    expect(searchText({ ...SEARCH, matches: [], total: 0 }, OPTIONS)).toMatch(
      /^No line fits "401\|403" in what was searched/,
    );
  });

  it('tells a filter that nothing fits from logs without findings', () => {
    expect(errorsText({ ...ERRORS, findings: [], total: 0 }, OPTIONS)).toMatch(
      /^0 of 2 findings in the logs of node-a, in all: 1 high, 1 info\./,
    );
  });

  it('prints lines of a file as they stand', () => {
    expect(readText({ ...READ, coverage: { ...COVERAGE, unread: [] } }, OPTIONS)).toBe(
      'kubelet/kubelet.log, 10 lines\n 9    indented\n10  next',
    );
  });

  it('marks the line of the finding that was asked for', () => {
    const answer = { ...READ, about: { id: 'F-001', line: 10 }, coverage: { ...COVERAGE, unread: [] } };
    expect(readText(answer, OPTIONS)).toBe(
      'kubelet/kubelet.log, 10 lines, F-001 is line 10\n   9    indented\n> 10  next',
    );
  });

  it('shows what was searched for though it stands far in the line', () => {
    const text = `E1120 ${'a '.repeat(400)}403 Forbidden ${'b '.repeat(400)}`;
    const answer = { ...SEARCH, matches: [{ ...LINE, text, id: 'S-001', collection: 'c-1' }] };
    expect(searchText(answer, OPTIONS)).toContain('403 Forbidden');
  });

  it('names the node of a line only where there are several', () => {
    expect(searchText(SEARCH, OPTIONS)).not.toContain('node-a:');
    expect(searchText({ ...SEARCH, nodes: ['node-a', 'node-b'] }, OPTIONS)).toContain('node-a: kubelet/kubelet.log:7');
  });
});

describe('the state of a collection', () => {
  const INFO: CollectionInfo = {
    id: 'c-20261120-220000-abcdef',
    state: 'complete',
    origin: 'files',
    nodes: ['node-a'],
    instances: [],
    startedAt: '2026-11-20T22:00:00.000Z',
    files: 2,
    bytes: 10,
    gaps: [],
    updatedAt: '2026-11-20T22:00:00.000Z',
  };

  it('leads on to the findings when it ended', () => {
    expect(statusText(INFO, OPTIONS)).toContain('pullwhy node errors c-20261120-220000-abcdef');
    expect(statusText({ ...INFO, state: 'running' }, OPTIONS)).not.toContain('pullwhy node errors');
  });

  it('does not call an empty one complete', () => {
    const text = statusText({ ...INFO, files: 0, bytes: 0 }, OPTIONS);
    expect(text).toContain('nothing was in it');
    expect(text).not.toContain('complete');
  });
});
