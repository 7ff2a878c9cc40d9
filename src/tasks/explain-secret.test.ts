import { describe, expect, it } from 'vitest';
import type { Secret } from '../core/objects.ts';
import { renderSecret } from '../render/secret-answer.ts';
import { explainSecret } from './explain-secret.ts';

const NOW = '2026-11-21T00:00:00Z';
const PASSWORD = 'canary-Passw0rd';
const IMAGE = 'harbor.acme.example:8443/shop/api:1.4.3';
const RENDER = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false };

function secret(content: object, type = 'kubernetes.io/dockerconfigjson', key = '.dockerconfigjson'): Secret {
  return {
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: 'shop', labels: {}, annotations: {}, ownerReferences: [] },
    type,
    data: { [key]: Buffer.from(JSON.stringify(content)).toString('base64') },
  };
}

const auths = (host: string, username = 'robot$ci') => ({ auths: { [host]: { username, password: PASSWORD } } });

describe('pullwhy secret', () => {
  it('is content with a secret that serves the image', () => {
    const answer = explainSecret(secret(auths('harbor.acme.example:8443')), [IMAGE], NOW);
    expect(answer).toMatchObject({ usable: true, images: [{ offered: ['harbor.acme.example:8443'] }] });
    expect(answer.fix).toBeUndefined();
  });

  it('gives the command with the key that would match and the user quoted for the shell', () => {
    const { images, fix } = explainSecret(secret(auths('harbor.acme.example')), [IMAGE], NOW);
    expect(images[0]?.unused[0]?.why).toContain('port 8443');
    expect(fix?.commands[0]).toContain(
      "--docker-server=harbor.acme.example:8443 --docker-username='robot$ci' --docker-password=<password>",
    );
  });

  it('deletes a secret of the wrong type first', () => {
    const { usable, fix } = explainSecret(secret(auths('ghcr.io'), 'Opaque'), [], NOW);
    expect(usable).toBe(false);
    expect(fix?.commands).toHaveLength(2);
    expect(fix?.commands[0]).toBe('kubectl -n shop delete secret regcred');
  });

  it('writes Docker Hub as the kubelet knows it', () => {
    const { fix } = explainSecret(secret(auths('hub.docker.com')), ['acme/private:1'], NOW);
    expect(fix?.commands[0]).toMatch(/--docker-server=(?:https:\/\/index\.docker\.io\/v1\/|docker\.io)\S* /);
  });

  it('leaves a secret alone that serves another image', () => {
    const { fix } = explainSecret(secret(auths('harbor.acme.example:8443')), [IMAGE, 'redis:7'], NOW);
    expect(fix?.commands).toEqual([
      'kubectl -n shop create secret docker-registry <second secret> --docker-server=https://index.docker.io/v1/ --docker-username=<user> --docker-password=<password>',
    ]);
  });

  it('marks a login that has ended, and the image that gets it', async () => {
    const token = Buffer.from(JSON.stringify({ payload: 'x', expiration: 1_700_000_000 })).toString('base64');
    const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
    const content = { auths: { [host]: { username: 'AWS', password: token } } };
    const text = await renderSecret(explainSecret(secret(content), [`${host}/shop/api:1`], NOW), 'text', RENDER);
    expect(text).toContain(`host     ✗ ${host}`);
    expect(text).toContain(`image    ✗ ${host}/shop/api:1`);
  });

  it('reads the end of a token', () => {
    const token = Buffer.from(JSON.stringify({ payload: 'x', expiration: 1_700_000_000 })).toString('base64');
    const content = { auths: { '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { username: 'AWS', password: token } } };
    expect(explainSecret(secret(content), [], NOW).entries[0]).toMatchObject({ userKind: 'aws', expired: true });
  });

  it('prints the words of the kubelet and never a value', async () => {
    const broken = { auths: { 'ghcr.io': { auth: `${PASSWORD}!` } } };
    for (const content of [auths('ghcr.io'), auths(`user:${PASSWORD}@ghcr.io`), broken]) {
      const answer = explainSecret(secret(content), [IMAGE], NOW);
      for (const format of ['text', 'json', 'yaml'])
        expect(await renderSecret(answer, format, RENDER)).not.toContain(PASSWORD);
    }
    expect(await renderSecret(explainSecret(secret(broken), [], NOW), 'text', RENDER)).toContain('illegal base64');
  });
});
