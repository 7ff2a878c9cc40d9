import { describe, expect, it } from 'vitest';
import type { ProbeAddress } from '../../core/probe.ts';
import { mayDial, type NamedBy } from './may-dial.ts';

const TARGET: NamedBy = { who: 'target' };
const by = (registry: ProbeAddress['reach']): NamedBy => ({ who: 'registry', registry });
const address = (reach: ProbeAddress['reach']): ProbeAddress => ({ address: 'x', family: 4, reach });

describe('which addresses may be asked', () => {
  it.each([
    ['a public one, from the cluster', 'public', TARGET, false, false, true],
    ['a private one, from the cluster', 'private', TARGET, false, false, false],
    ['a private one, from the cluster, allowed', 'private', TARGET, false, true, true],
    ['loopback, typed by the user', 'loopback', TARGET, true, false, true],
    ['a private realm of a public registry', 'private', by('public'), true, false, false],
    ['the metadata address as realm of a private registry', 'link-local', by('private'), true, false, false],
    ['a private realm of a private registry', 'private', by('private'), true, false, true],
    ['a loopback realm of a private registry', 'loopback', by('private'), true, false, false],
    ['a loopback realm of a public registry, allowed', 'loopback', by('public'), false, true, true],
  ] as const)('%s', (_, reach, named, userNamed, allowPrivate, may) => {
    expect(mayDial(address(reach), named, { userNamed, allowPrivate })).toBe(may);
  });
});
