// Reads what `record-results.mjs` wrote: prints the five slowest tests, what each run came to, and closes
// with `N passed, N failed`. Exits 1 when something failed or nothing ran.
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const runs = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

const count = ({ tests, broken, unhandled }) => ({
  passed: tests.filter((test) => test.state === 'passed').length,
  failed: tests.filter((test) => test.state === 'failed').length + broken.length + unhandled,
  skipped: tests.filter((test) => test.state === 'skipped' || test.state === 'pending').length,
});
const words = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const slowest = runs
  .flatMap(({ label, tests }) => tests.map((test) => ({ ...test, label })))
  .sort((a, b) => b.milliseconds - a.milliseconds)
  .slice(0, 5);
console.log('\nThe five slowest tests:');
for (const test of slowest) {
  console.log(`${(test.milliseconds / 1000).toFixed(1).padStart(8)} s  ${test.name} (${test.label})`);
}

const total = { passed: 0, failed: 0, skipped: 0 };
console.log('\nRuns:');
for (const run of runs) {
  for (const project of [...new Set(run.tests.map((test) => test.project))].sort()) {
    const tests = run.tests.filter((test) => test.project === project);
    console.log(`  ${project} on ${run.label}: ${words(count({ tests, broken: [], unhandled: 0 }))}`);
  }
  for (const name of run.broken) console.log(`  could not be run: ${name}`);
  if (run.unhandled > 0) console.log(`  errors outside of tests: ${run.unhandled}`);
  for (const [key, value] of Object.entries(count(run))) total[key] += value;
}
if (runs.length === 0) {
  console.log('  the tests did not start');
  total.failed += 1;
}
console.log(`\n${words(total)}`);
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
