import { createSign, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Handler } from '../../../src/sources/registry/fake-registry.fixture.ts';
import { json } from '../../../src/sources/registry/fake-registry.fixture.ts';
import type { Certificate } from './certificates.ts';

export interface Account {
  readonly username: string;
  readonly password: string;
  /** Repositories that it may pull; others are left out of the token, as the specification says. */
  readonly mayPull: RegExp;
}

/** A token service (distribution, docs/spec/auth/token) that gives nothing to strangers. */
export function tokenService(
  signer: Certificate,
  service: string,
  issuer: string,
  accounts: readonly Account[],
): Handler {
  return (request, response, url) => {
    const login = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const account = accounts.find(({ username, password }) => login === `${username}:${password}`);
    if (account === undefined) {
      json(response, 401, { errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] });
      return;
    }
    const [, name = ''] = /^repository:([^:]+):/.exec(url.searchParams.get('scope') ?? '') ?? [];
    const access = account.mayPull.test(name) ? [{ type: 'repository', name, actions: ['pull'] }] : [];
    const token = sign(signer, { iss: issuer, aud: service, sub: account.username, access });
    json(response, 200, { token, expires_in: 300 });
  };
}

function sign({ cert, key }: Certificate, claims: object): string {
  const der = readFileSync(cert, 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: 'JWT', alg: 'RS256', x5c: [der] },
    { ...claims, iat: now, nbf: now - 10, exp: now + 300, jti: randomUUID() },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(readFileSync(key), 'base64url')}`;
}
