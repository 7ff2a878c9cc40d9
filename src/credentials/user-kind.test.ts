import { describe, expect, it } from 'vitest';
import { showableUser, userKind } from './user-kind.ts';

describe('userKind', () => {
  it.each([
    ['', '', 'empty'],
    ['AWS', 'x', 'aws'],
    ['oauth2accesstoken', 'ya29.x', 'oauth2accesstoken'],
    ['_json_key', '{}', 'json-key'],
    ['_json_key_base64', 'e30=', 'json-key'],
    ['00000000-0000-0000-0000-000000000000', 'x', 'acr-token'],
    ['robot$ci', 'x', 'robot'],
    ['robot$team+ci', 'x', 'robot'],
    ['acme+puller', 'x', 'robot'],
    ['gitlab+deploy-token-7', 'gldt-x', 'deploy-token'],
    ['deployer', 'gldt-x', 'deploy-token'],
    ['gitlab-ci-token', 'x', 'gitlab-ci'],
    ['acmebot', 'dckr_pat_x', 'docker-pat'],
    ['acmebot', 'ghp_x', 'github'],
    ['acmebot', 'github_pat_x', 'github'],
    ['acmebot', 'hunter2', 'plain'],
    ['aws', 'x', 'plain'],
  ])('%j with %j: %s', (user, password, kind) => {
    expect(userKind(user, password)).toBe(kind);
  });
});

describe('showableUser', () => {
  it.each(['AWS', 'robot$team+ci', 'ci-puller', 'ops@acme.example', '3f1d2c9a-77aa-4c1e-9d0e-0c9f6f2f1a11', '<token>'])(
    '%j is shown',
    (user) => {
      expect(showableUser(user, 'pw')).toBe(user);
    },
  );

  it.each([
    '',
    'pw',
    'two words',
    'line\nbreak',
    'ghp_canarycanarycanary01',
    'glpat-canarycanary',
    'dckr_pat_canary',
    'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.',
    'd41d8cd98f00b204e9800998ecf8427e',
    'Zm9vYmFyQmF6MTIzNDU2Nzg5',
    'u'.repeat(65),
  ])('%j is not', (user) => {
    expect(showableUser(user, 'pw')).toBeUndefined();
  });
});
