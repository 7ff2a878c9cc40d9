import { describe, expect, it } from 'vitest';
import { isInCidr } from './cidr.ts';

describe('an address in a block', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['192.168.7.9', '192.168.7.8/31', true],
    ['192.168.7.10', '192.168.7.8/31', false],
    ['192.168.7.10', '192.168.7.10/32', true],
    ['203.0.113.9', '0.0.0.0/0', true],
    ['fd00:1::5', 'fd00::/8', true],
    ['fe80::1', 'fd00::/8', false],
    ['2001:db8:0:1::', '2001:db8::/47', true],
    ['2001:db8:2::', '2001:db8::/47', false],
    ['::1', '::/0', true],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
    ['10.0.0.1', '::/0', false],
    ['10.0.0.1', '10.0.0.0', undefined],
    ['10.0.0.1', '10.0.0.0/33', undefined],
    ['10.0.0.999', '10.0.0.0/8', undefined],
    ['1::2::3', '::/0', undefined],
    ['node-a', '0.0.0.0/0', undefined],
  ])('%s in %s: %s', (address, cidr, expected) => {
    expect(isInCidr(address, cidr)).toBe(expected);
  });
});
