import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy.ts';

const PROXY = 'http://proxy.acme.example:3128';

describe('proxyFor', () => {
  it.each([
    ['https://api.acme.example:6443', { HTTPS_PROXY: PROXY }, PROXY],
    ['https://api.acme.example', { https_proxy: 'proxy.acme.example:3128' }, PROXY],
    ['http://api.acme.example', { HTTPS_PROXY: PROXY }, undefined],
    ['http://api.acme.example', { HTTP_PROXY: PROXY }, PROXY],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: PROXY }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY: PROXY }, undefined],
    ['https://localhost:6443', { HTTPS_PROXY: PROXY }, undefined],
    ['https://api.acme.example', { HTTPS_PROXY: '' }, undefined],
  ])('%s with %j', (url, env, expected) => {
    expect(proxyFor(new URL(url), env)).toBe(expected);
  });

  it.each([
    ['acme.example', true],
    ['.acme.example', true],
    ['*.acme.example', true],
    ['api.acme.example:6443', true],
    ['api.acme.example:443', false],
    ['other.example, API.acme.example', true],
    ['me.example', false],
    ['.api.acme.example', false],
    ['*', true],
    ['10.0.0.0/8', false],
    ['', false],
  ])('NO_PROXY=%s for api.acme.example:6443', (rule, exempt) => {
    const found = proxyFor(new URL('https://api.acme.example:6443'), { HTTPS_PROXY: PROXY, NO_PROXY: rule });
    expect(found === undefined).toBe(exempt);
  });

  it.each([
    ['10.0.0.0/8', true],
    ['10.1.2.3', true],
    ['192.168.0.0/16', false],
    ['10.0.0.0/99', false],
    ['fd00::/8', false],
  ])('NO_PROXY=%s for 10.1.2.3', (rule, exempt) => {
    const found = proxyFor(new URL('https://10.1.2.3:6443'), { HTTPS_PROXY: PROXY, NO_PROXY: rule });
    expect(found === undefined).toBe(exempt);
  });
});
