import type http from 'node:http';

/**
 * Node's HTTP. An import statement would read all its exports, and so load what they open only when they are read: a
 * WebSocket client and fetch, which take a tenth of the time of a look at one pod (Node 22 to 26).
 */
export function nodeHttp(): typeof http {
  return process.getBuiltinModule('node:http');
}
