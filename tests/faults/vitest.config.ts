import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As in the suite's own configuration: one graphql for all.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['tests/faults/*.faults.ts'],
    pool: 'forks',
    // Two nodes, a database, 8 writers and their subscribers are enough at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
