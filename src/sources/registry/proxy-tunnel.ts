import { request } from 'node:http';
import type { Socket } from 'node:net';
import { type Origin, originUrl } from './probe-context.ts';

/** The proxy answered CONNECT with something else than 200. */
export class TunnelRefused extends Error {
  override readonly name = 'TunnelRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answers CONNECT with ${status}`);
    this.status = status;
  }
}

/** A tunnel through an HTTP proxy over its open connection. Throws `TunnelRefused`, or what the network says. */
export async function openTunnel(socket: Socket, proxy: URL, target: Origin, signal: AbortSignal): Promise<Socket> {
  const authority = originUrl(target).replace(/^https?:\/\//, '');
  const path = /:\d+$/.test(authority) ? authority : `${authority}:${target.port}`;
  const outgoing = request({
    method: 'CONNECT',
    host: proxy.hostname,
    path,
    headers: { host: path, ...proxyLogin(proxy) },
    createConnection: () => socket,
    signal,
  });
  return new Promise<Socket>((done, fail) => {
    outgoing
      .once('connect', ({ statusCode = 0 }, tunnel: Socket, head) => {
        if (statusCode !== 200) {
          tunnel.destroy();
          return fail(new TunnelRefused(statusCode));
        }
        if (head.length > 0) tunnel.unshift(head);
        done(tunnel);
      })
      .once('response', ({ statusCode = 0 }) => {
        outgoing.destroy();
        fail(new TunnelRefused(statusCode));
      })
      .once('error', fail)
      .end();
  });
}

/** The user's own login at the proxy; it goes to the proxy only. */
function proxyLogin({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
