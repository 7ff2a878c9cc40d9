import { describe, expect, it } from 'vitest';
import type { Coverage, Snapshot } from '../core/snapshot.ts';
import { evidenceOf } from './evidence-of.ts';
import { indexSnapshot } from './snapshot-index.ts';

const LIST: Coverage = { kind: 'Secret', namespace: 'shop', because: 'list/Secret/shop' };
const ALL: Coverage = { kind: 'Pod', because: 'list/Pod/' };
const NAMED: Coverage = { kind: 'Secret', namespace: 'team', name: 'regcred', because: 'get/Secret/team/regcred' };
const NODE: Coverage = { kind: 'Node', name: 'node-a', because: 'get/Node//node-a' };

const index = indexSnapshot({
  source: { kind: 'cluster', names: [] },
  objects: [],
  logs: [],
  texts: [],
  coverage: [LIST, ALL, NAMED, NODE],
  gaps: [],
} satisfies Snapshot);

describe('coverageOf', () => {
  it.each([
    ['a list of the namespace', ['Secret', 'shop'], LIST],
    ['a list of the namespace, for any name', ['Secret', 'shop', 'x'], LIST],
    ['a list of all namespaces', ['Pod', 'shop', 'x'], ALL],
    ['the one object that does not exist', ['Secret', 'team', 'regcred'], NAMED],
    ['an object without namespace', ['Node', undefined, 'node-a'], NODE],
    ['another object of that namespace', ['Secret', 'team', 'other'], undefined],
    ['the same name elsewhere', ['Secret', 'other', 'regcred'], undefined],
    ['the whole namespace, of which one name was asked', ['Secret', 'team'], undefined],
    ['all nodes, of which one was asked', ['Node'], undefined],
  ] as const)('%s', (_, args, expected) => {
    const [kind, namespace, name] = args as readonly [string, string?, string?];
    expect(index.coverageOf(kind, namespace, name)).toEqual(expected);
  });

  it('is evidence that says what the API server answered', () => {
    expect(evidenceOf(index, NAMED.because)?.excerpt).toBe('Secret team/regcred: the API server answers NotFound');
    expect(evidenceOf(index, LIST.because)?.excerpt).toBe('all Secret objects of namespace shop were listed');
  });
});
