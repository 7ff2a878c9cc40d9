import { asciiOnly } from './tools/ascii-only.js';
import { commandChunks } from './tools/chunks.js';
import { leanClient } from './tools/lean-client.js';
import { leanCommander } from './tools/lean-commander.js';
import { leanMcp } from './tools/lean-mcp.js';
import { thirdPartyLicences } from './tools/third-party.js';

const input = { platform: 'node', plugins: [thirdPartyLicences(), leanClient, leanCommander, leanMcp, asciiOnly] };
const output = { dir: 'dist', minify: true };

/** The library's entry points; each lazy import() becomes a chunk of its own. */
const library = {
  ...input,
  input: {
    index: 'src/index.ts',
    decode: 'src/decode/index.ts',
    causes: 'src/causes/index.ts',
    testing: 'src/testing/index.ts',
    mcp: 'src/apps/mcp/index.ts',
  },
  output: {
    ...output,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
  },
};

/** The command: CommonJS, which Node starts faster, and of which compiled code is kept (src/apps/cli/kept-code.ts). */
const command = {
  ...input,
  input: { cli: 'src/apps/cli/main.ts' },
  output: {
    ...output,
    format: 'cjs',
    // Code that is kept has no import(): Node would have to be told where it stands.
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'command/[name]-[hash].cjs',
    codeSplitting: { groups: commandChunks() },
  },
};

export default [library, command];
