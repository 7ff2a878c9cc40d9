import { defineConfig } from 'vitest/config';

// Tests trust no certificates of the machine they run on; and Node 20 reads the whole list at each start of a process.
delete process.env.NODE_EXTRA_CA_CERTS;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Property tests on two busy cores need more than the default five seconds.
    testTimeout: 60_000,
    // Modules are loaded once per worker: nothing of ours keeps state, and no test may lean on a fresh start.
    isolate: false,
    // Vitest leaves a core for itself, which of two is half.
    maxWorkers: '100%',
  },
});
