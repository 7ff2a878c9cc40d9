import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server';

/** Longest message that is read. */
const MAX_LINE = 8 * 1024 * 1024;

/** How long requests under way are still worked on when the other end has said all. */
const GRACE_MS = 10_000;

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/** JSON-RPC, one message per line. What is no message gets an answer too: a client that waits for one would hang. */
export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Settles when the other end went away or the transport was closed. */
  readonly closed: Promise<void>;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #decoder = new StringDecoder('utf8');
  #settle: () => void = () => undefined;
  #line = '';
  /** Inside of a line that is too long: the rest of it is passed over. */
  #skipping = false;
  /** Requests that were not answered yet. */
  readonly #open = new Set<string | number>();
  #hasEnded = false;
  #isClosed = false;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.closed = new Promise((done) => {
      this.#settle = done;
    });
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#onData);
    this.#input.on('end', this.#onEnd);
    this.#input.on('close', this.#onEnd);
    this.#output.on('error', this.#onBroken);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#write(message);
    if (!('method' in message) && message.id !== undefined) this.#open.delete(message.id);
    if (this.#hasEnded && this.#open.size === 0) await this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off('data', this.#onData);
    this.#input.pause();
    this.onclose?.();
    this.#settle();
  }

  /** `printf … | pullwhy mcp` ends its side at once, and still wants the answers. */
  readonly #onEnd = (): void => {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#open.size === 0) void this.close();
    else setTimeout(() => void this.close(), GRACE_MS).unref();
  };

  readonly #onBroken = (): void => {
    void this.close();
  };

  readonly #onData = (chunk: Buffer): void => {
    const lines = this.#decoder.write(chunk).split('\n');
    for (const [index, part] of lines.entries()) {
      this.#take(part);
      if (index < lines.length - 1) this.#endLine();
    }
  };

  #take(part: string): void {
    if (this.#skipping) return;
    this.#line += part;
    if (this.#line.length <= MAX_LINE) return;
    this.#line = '';
    this.#skipping = true;
    this.#refuse(INVALID_REQUEST, `a message may have ${MAX_LINE} characters`);
  }

  #endLine(): void {
    const line = this.#line.trim();
    const skipped = this.#skipping;
    this.#line = '';
    this.#skipping = false;
    if (!skipped && line !== '') this.#receive(line);
  }

  #receive(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#refuse(PARSE_ERROR, 'Parse error: the line is no JSON');
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      this.#refuse(INVALID_REQUEST, 'Invalid Request: the line is no JSON-RPC 2.0 message', idIn(value));
      return;
    }
    if ('method' in message && 'id' in message) this.#open.add(message.id);
    this.onmessage?.(message);
  }

  #refuse(code: number, message: string, id: string | number | null = null): void {
    void this.#write({ jsonrpc: '2.0', id, error: { code, message } }).catch(() => undefined);
  }

  #write(message: object): Promise<void> {
    return new Promise((done, fail) => {
      if (this.#isClosed) return fail(new Error('the connection is closed'));
      // Done when the reader took it: a slow reader must not make us hold all answers.
      this.#output.write(`${JSON.stringify(message)}\n`, (error) => (error ? fail(error) : done()));
    });
  }
}

function idIn(value: unknown): string | number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
