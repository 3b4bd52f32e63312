// Reads what `record-results.mjs` wrote: prints the slowest files and tests, what failed and why, what each run
// came to, and closes with `N passed, N failed`. Exits 1 when something failed or nothing ran.
import { readFileSync } from 'node:fs';

const MOST = 8;

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

const printSlowest = (title, found) => {
  console.log(`\n${title}:`);
  const slowest = [...found].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, MOST);
  for (const { milliseconds, name, label } of slowest) {
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(8)} s  ${name} (${label})`);
  }
};
const all = (key) => runs.flatMap((run) => run[key].map((each) => ({ ...each, label: run.label })));
printSlowest(
  'The slowest files',
  all('files').map((file) => ({ ...file, name: file.file })),
);
printSlowest('The slowest tests', all('tests'));

const failed = all('tests').filter(({ state }) => state === 'failed');
if (failed.length > 0) console.log('\nWhat failed:');
for (const { name, label, problem } of failed) {
  console.log(`  ${name} (${label})\n    ${problem.replaceAll('\n', '\n    ')}`);
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
