// `npm run check`: everything about the code that is not a test. Installs what is missing, runs every check
// even if an earlier one failed, and exits 1 naming those that did.
import './setup/require-node.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';

await installIfNeeded();

// Loaded only now: some of them need what was just installed. Types come first, because they also build
// what the browser bundles are made of.
/** @type {[title: string, check: () => Promise<{ problems: string[], note?: string }>][]} */
const checks = [
  ['types', async () => (await import('./checks/check-types.mjs')).checkTypes()],
  ['lint and format', async () => (await import('./checks/check-style.mjs')).checkStyle()],
  ['architecture', async () => (await import('./checks/check-architecture.mjs')).checkArchitecture()],
  ['browser bundles', async () => (await import('./checks/check-browser-bundles.mjs')).checkBrowserBundles()],
  ['dead code', async () => (await import('./checks/check-dead-code.mjs')).checkDeadCode()],
  ['generated code', async () => (await import('./checks/check-generated.mjs')).checkGenerated()],
  ['one node', async () => (await import('./checks/check-same-node.mjs')).checkSameNode()],
  ['sabotage', async () => (await import('./checks/check-sabotage.mjs')).checkSabotage()],
  ['documents', async () => (await import('./checks/check-documents.mjs')).checkDocuments()],
];

const failed = [];
for (const [title, check] of checks) {
  const started = performance.now();
  const { problems, note = '' } = await check().catch((error) => ({
    problems: [String(error?.stack ?? error)],
    note: '',
  }));
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(
    `${problems.length === 0 ? 'ok    ' : 'FAILED'} ${title.padEnd(16)} ${seconds.padStart(7)}  ${note}`.trimEnd(),
  );
  for (const problem of problems) console.log(problem.replace(/^/gm, '    '));
  if (problems.length > 0) failed.push(title);
}

if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
