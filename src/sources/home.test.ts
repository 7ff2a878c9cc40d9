import { describe, expect, it } from 'vitest';
import { homeFolder } from './home.ts';
import { stateFolder } from './node/state-folder.ts';

const nobody = () => {
  throw new Error('A system error occurred: uv_os_homedir returned ENOENT');
};

describe('homeFolder', () => {
  it.each([
    ['HOME', { HOME: '/home/me' }, nobody, '/home/me'],
    ['the home that the system knows', {}, () => '/home/you', '/home/you'],
    ['none for a user without one', {}, nobody, undefined],
    ['none for an empty HOME', { HOME: '' }, () => '/home/you', undefined],
    ['none for a relative HOME', { HOME: 'here' }, () => '/home/you', undefined],
  ])('is %s', (_, env, ofUser, home) => expect(homeFolder(env, ofUser)).toBe(home));
});

describe('stateFolder', () => {
  it.each([
    [{ HOME: '/home/me' }, '/home/me/.local/state/pullwhy'],
    [{ HOME: '/home/me', XDG_STATE_HOME: '/state' }, '/state/pullwhy'],
    [{ HOME: '/home/me', XDG_STATE_HOME: 'state' }, '/home/me/.local/state/pullwhy'],
    [{ HOME: '', XDG_STATE_HOME: '/state' }, '/state/pullwhy'],
    [{ HOME: '' }, '/.local/state/pullwhy'],
  ])('of %j is %s', (env, folder) => expect(stateFolder(env)).toBe(folder));
});
