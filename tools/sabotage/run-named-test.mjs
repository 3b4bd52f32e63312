import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../setup/run.mjs';

/**
 * Run one test of the tree at `dir`. `green` and `red` mean that it ran and passed or failed; `absent` that
 * no test has that name; `broken` that its file could not be run at all, which proves nothing either way.
 */
export async function runNamedTest(dir, { testFile, testName }) {
  const report = join(dir, 'sabotage-report.json');
  rmSync(report, { force: true });
  const name = testName?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const { output } = await capture(
    process.execPath,
    [
      join(dir, 'node_modules/vitest/vitest.mjs'),
      'run',
      testFile,
      ...(name ? ['-t', name] : []),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: dir, env: withoutResults() },
  );
  if (!existsSync(report)) return { outcome: 'broken', output };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  if (numFailedTests > 0) return { outcome: 'red', output };
  if (testResults.some((file) => file.status === 'failed')) {
    return { outcome: 'broken', output };
  }
  return { outcome: numPassedTests > 0 ? 'green' : 'absent', output };
}

/** These runs are meant to fail: they do not count among the results of a test run. */
function withoutResults() {
  const { SOTTO_TEST_RESULTS: _, ...env } = process.env;
  return env;
}
