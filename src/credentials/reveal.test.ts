import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { revealCredentials } from './reveal.ts';
import type { PullSecret } from './secret-content.ts';

function secret(auths: unknown, type = 'kubernetes.io/dockerconfigjson'): PullSecret {
  return { type, data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } };
}

const entry = { username: 'ci', password: 'made-up' };

describe('revealCredentials', () => {
  it('gives user and password in the order of the keyring', () => {
    const auths = { 'https://b.example/v2/': entry, 'b.example/team': { auth: 'cm9ib3Q6eDp5' }, 'c.example': entry };
    expect(revealCredentials(secret(auths))).toEqual([
      { key: 'c.example', username: 'ci', password: 'made-up' },
      { key: 'b.example/team', username: 'robot', password: 'x:y' },
      { key: 'b.example', username: 'ci', password: 'made-up' },
    ]);
  });

  it('gives nothing that the kubelet would not use', () => {
    expect(revealCredentials(secret({ 'b.example': entry }, 'Opaque'))).toEqual([]);
    expect(revealCredentials(secret({ 'b.example': entry, 'c.example': { auth: 'no colon' } }))).toEqual([]);
    expect(revealCredentials(secret({ 'not a host': entry }))).toEqual([]);
    expect(revealCredentials(secret({ 'b.example': { auth: '***' } }))).toEqual([]);
    expect(revealCredentials({})).toEqual([]);
  });
});

describe('the files that hold secret values', () => {
  const room = new URL('./', import.meta.url);
  const allowed = ['docker-config.ts', 'docker-entry.ts', 'entry-hints.ts', 'reveal.ts', 'secret-content.ts'];

  it('are imported by no others, but for their types', () => {
    const sources = readdirSync(room).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const importers = sources.filter((name) =>
      /^import (?!type).*from '\.\/(?:secret-content|docker-entry)\.ts'/m.test(
        readFileSync(new URL(name, room), 'utf8'),
      ),
    );
    expect(importers.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(importers).toContain('reveal.ts');
  });
});
