import { describe, expect, it } from 'vitest';
import { choosePlatform, parsePlatform } from './platform.ts';

const offered = ['linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64/v8', 'windows/amd64'].map((platform) => ({
  platform,
  digest: `sha256:${platform}`,
}));

describe('the platform that a node takes', () => {
  it.each([
    ['amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64/v8'],
    ['linux/arm64/v8', 'linux/arm64/v8'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['windows/amd64', 'windows/amd64'],
    ['linux/s390x', undefined],
    ['linux/arm/v5', undefined],
    ['a/b/c/d', undefined],
  ])('%s: %s', (wanted, chosen) => {
    expect(choosePlatform(wanted, offered)?.platform).toBe(chosen);
  });

  it('refuses what is no platform', () => {
    expect(parsePlatform('linux/am d64')).toBeUndefined();
  });
});
