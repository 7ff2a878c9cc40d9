// The MCP SDK brings a JSON Schema validator for what servers ask of their clients. This server asks nothing, and its
// tools are checked by zod: the validator, a third of the SDK's size and start-up, is left out of the bundle.
const SHIMS = '@modelcontextprotocol/server/_shims';
const LEAN = '\0mcp-without-validator';

export const leanMcp = {
  name: 'lean-mcp',
  resolveId: (source) => (source === SHIMS ? LEAN : null),
  load: (id) =>
    id === LEAN
      ? `export { default as process } from 'node:process';
export class DefaultJsonSchemaValidator { getValidator() { throw new Error('left out'); } }`
      : null,
};
