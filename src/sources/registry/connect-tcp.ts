import { connect, type LookupFunction, type Socket } from 'node:net';
import type { ProbeAddress } from '../../core/probe.ts';

/** Longer than a far host needs, shorter than a person waits: then the next address is tried beside it. */
const ATTEMPT_MS = 2_000;

export interface Endpoint {
  readonly addresses: readonly ProbeAddress[];
  readonly port: number;
}

/** Opens a connection to the first of these very addresses that answers. Throws what the last ones said. */
export async function connectTcp({ addresses, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const lookup: LookupFunction = (_host, _options, done) =>
    done(
      null,
      addresses.map(({ address, family }) => ({ address, family })),
    );
  // The name is never resolved a second time: another answer could point elsewhere.
  const socket = connect({
    host: 'vetted.invalid',
    port,
    lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
    signal,
  });
  await opened(socket, 'connect', signal);
  socket.setNoDelay(true);
  return socket;
}

/** Waits for a socket's event; its failure, or the signal's reason, is thrown and the socket closed. */
export async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  await new Promise<void>((done, fail) => {
    const finish = (error?: unknown) => {
      signal.removeEventListener('abort', stop);
      socket.off(event, finish).off('error', finish).off('close', closed);
      if (error === undefined) return done();
      socket.on('error', () => undefined).destroy();
      fail(signal.aborted ? signal.reason : error);
    };
    const stop = () => finish(signal.reason);
    const closed = () => finish(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    socket
      .once(event, () => finish())
      .once('error', finish)
      .once('close', closed);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
