import { describe, expect, it } from 'vitest';
import type { Incident } from '../core/report.ts';
import { incidentChanges } from './incident-changes.ts';

const AT = '2026-11-20T22:05:10Z';

function incident(id: string, pods: readonly string[], verdict: Incident['verdict'] = 'likely'): Incident {
  const scope = { pods: pods.map((name) => ({ namespace: 'shop', name })), reach: 'pod' };
  return { id, verdict, scope } as unknown as Incident;
}

const known = (...incidents: Incident[]) => new Map(incidents.map((each) => [each.id, each]));
const words = (changes: ReturnType<typeof incidentChanges>) =>
  changes.map(({ type, incident: { id }, what }) => [type, id, ...(what === undefined ? [] : [what])].join(' '));

describe('incidentChanges', () => {
  it.each([
    ['a new one', known(), [incident('a', ['x'])], ['opened a']],
    ['the same', known(incident('a', ['x'])), [incident('a', ['x'])], []],
    ['more pods', known(incident('a', ['x'])), [incident('a', ['x', 'y'])], ['changed a 1 → 2 pods']],
    ['other pods', known(incident('a', ['x'])), [incident('a', ['y'])], ['changed a other pods']],
    ['a verdict', known(incident('a', ['x'])), [incident('a', ['x'], 'confirmed')], ['changed a likely → confirmed']],
    ['none any more', known(incident('a', ['x'])), [], ['resolved a']],
  ])('%s', (_, before, now, expected) => {
    expect(words(incidentChanges(before, now, AT, true))).toEqual(expected);
  });

  it('does not resolve after a look that was cut short', () => {
    expect(incidentChanges(known(incident('a', ['x'])), [], AT, false)).toEqual([]);
  });
});
