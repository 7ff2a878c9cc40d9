import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Property tests on two busy cores need more than the default five seconds.
    testTimeout: 60_000,
  },
});
