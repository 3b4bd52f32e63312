import { defineConfig } from 'vitest/config';
import LongestFirst from './e2e/src/longest-first.ts';

/** Workspace packages are tested from their sources: the `source` condition of their exports and imports. */
const conditions = ['source', 'node', 'import', 'default'];

/**
 * Journeys start real processes and mostly wait for them: two files at a time keep two cores busy, and still
 * leave each the time that it expects. They come after the unit tests, which take all cores.
 */
const journeys = {
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
  testTimeout: 300_000,
  hookTimeout: 120_000,
  // A second, as it is without this, is too short for what processes and networks do.
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    environment: 'node',
    sequence: { sequencer: LongestFirst },
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
            'contracts/**/*.test.ts',
            'bench/**/*.test.ts',
            'fuzz/**/*.test.ts',
            'power-cut/src/**/*.test.ts',
            'chaos/src/**/*.test.ts',
            'overdrive/src/**/*.test.ts',
            'tools/**/*.test.mjs',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          // Many times what they take: some compute for ten seconds where nothing else runs.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: '100%',
          // Modules are loaded once for each process and not for each file, which took a third of the time. What a
          // file changes for others (a clock, a variable), it changes back.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [
            'e2e/journeys/**/*.test.ts',
            'e2e/src/**/*.test.ts',
            'chaos/test/**/*.test.ts',
            'overdrive/test/**/*.test.ts',
            'power-cut/test/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          ...journeys,
        },
      },
      {
        extends: true,
        test: {
          // What takes minutes: the same as the long commands do, for sabotage. `npm test` leaves it out.
          name: 'full',
          include: ['e2e/full/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          ...journeys,
          testTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          // The page in real Chromium, against real programs.
          name: 'web',
          include: ['e2e/web/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          ...journeys,
        },
      },
    ],
  },
});
