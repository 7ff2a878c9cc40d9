import { expect, it } from 'vitest';
import { bypassesProxy } from './no-proxy.ts';

it.each([
  ['registry.acme.example', ['acme.example'], true],
  ['registry.acme.example', ['.acme.example'], true],
  ['acme.example', ['.acme.example'], false],
  ['notacme.example', ['acme.example'], false],
  ['registry.acme.example:5000', ['registry.acme.example:443'], false],
  ['registry.acme.example:5000', ['registry.acme.example:5000'], true],
  ['10.1.2.3', ['10.0.0.0/8'], true],
  ['10.1.2.3:5000', ['10.1.2.3'], true],
  ['registry.acme.example', ['*'], true],
  ['localhost:5000', [], true],
  ['registry.acme.example', ['', ' '], false],
])('%s with %j: %s', (host, entries, bypasses) => {
  expect(bypassesProxy(host, entries)).toBe(bypasses);
});
