import { chunkGroups } from './tools/chunks.js';
import { leanClient } from './tools/lean-client.js';
import { leanCommander } from './tools/lean-commander.js';
import { leanMcp } from './tools/lean-mcp.js';
import { thirdPartyLicences } from './tools/third-party.js';

// Bundles the command and the library entry points; each lazy import() becomes a chunk of its own.
export default {
  input: {
    cli: 'src/apps/cli/main.ts',
    index: 'src/index.ts',
    decode: 'src/decode/index.ts',
    causes: 'src/causes/index.ts',
    testing: 'src/testing/index.ts',
    mcp: 'src/apps/mcp/index.ts',
  },
  platform: 'node',
  plugins: [thirdPartyLicences(), leanClient, leanCommander, leanMcp],
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: chunkGroups() },
    cleanDir: true,
  },
};
