/** The MCP server for programs that bring their own transport or cluster: `pullwhy/mcp`. */
export { type Access, openAccess, openLoopback } from '../../sources/cluster/access.ts';
export type { Auth, Authenticate, Caller } from './auth/caller.ts';
export { Host, type HostOptions } from './host.ts';
export { type HttpOptions, type HttpServer, serveHttp } from './http.ts';
export type { Settings } from './settings.ts';
export { serveStdio } from './stdio.ts';
