import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';

export interface PullRequest {
  readonly image: string;
  readonly login?: { readonly username: string; readonly password: string };
  /** Longest wait; then the call is given up, as a kubelet that is stopped gives it up. */
  readonly timeoutSeconds: number;
}

/** Names of gRPC codes as the kubelet prints them. */
const CODES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

/**
 * Pulls through the CRI as the kubelet does; undefined when it worked, else the text as an event would have it
 * (k8s.io/cri-client: the prefix is left out for Unknown alone).
 */
export async function criPull(
  socket: string,
  { image, login, timeoutSeconds }: PullRequest,
): Promise<string | undefined> {
  const auth = login === undefined ? [] : [field(2, Buffer.concat([text(1, login.username), text(2, login.password)]))];
  const trailers = await call(
    socket,
    '/runtime.v1.ImageService/PullImage',
    Buffer.concat([field(1, text(1, image)), ...auth]),
    timeoutSeconds,
  );
  const code = CODES[Number(trailers['grpc-status'] ?? 2)] ?? 'Unknown';
  if (code === 'OK') return undefined;
  const message = decodeURIComponent(String(trailers['grpc-message'] ?? ''));
  return code === 'Unknown' ? message : `rpc error: code = ${code} desc = ${message}`;
}

/** A protobuf field of bytes. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), length(content.length), content]);
}

function text(number: number, value: string): Buffer {
  return field(number, Buffer.from(value));
}

function length(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

function call(socket: string, path: string, body: Buffer, timeoutSeconds: number): Promise<IncomingHttpHeaders> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) });
  return new Promise<IncomingHttpHeaders>((done, fail) => {
    session.on('error', fail);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      'grpc-timeout': `${timeoutSeconds}S`,
      te: 'trailers',
    });
    let last: IncomingHttpHeaders = {};
    stream.on('response', (headers) => {
      last = headers;
    });
    stream.on('trailers', (headers) => {
      last = headers;
    });
    stream.on('error', fail);
    stream.on('end', () => done(last));
    stream.resume();
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    stream.end(Buffer.concat([head, body]));
  }).finally(() => session.destroy());
}
