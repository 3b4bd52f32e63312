import { defineConfig } from 'vitest/config';

/** Workspace packages are tested from their sources: the `source` condition of their exports and imports. */
const conditions = ['source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    environment: 'node',
    // `.ci/run` collects results of several runs in one file, to print the slowest tests and one total.
    reporters: [
      'default',
      ...(process.env['SOTTO_TEST_RESULTS'] ? ['./tools/testing/record-results.mjs'] : []),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.ts',
            'apps/**/*.test.ts',
            'bench/**/*.test.ts',
            'tools/**/*.test.mjs',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/journeys/**/*.test.ts', 'e2e/src/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          // Journeys start real processes and watch their clocks: one file at a time, after the unit tests.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The page in real Chromium, against real programs.
          name: 'web',
          include: ['e2e/web/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
