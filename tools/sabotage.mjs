// `npm run test:sabotage`: for each patch in e2e/sabotage, switches a defence off in a throw-away copy of the
// tree and demands that the test named by the patch goes red, having been green without it. A defence whose
// test stays green is not tested. Arguments choose patches by name.
import './setup/require-node.mjs';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyTree } from './sabotage/copy-tree.mjs';
import { readPatch } from './sabotage/read-patch.mjs';
import { runNamedTest } from './sabotage/run-named-test.mjs';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { installSystemPackages } from './setup/install-system-packages.mjs';
import { root } from './setup/root.mjs';
import { capture, stop } from './setup/run.mjs';

const folder = join(root, 'e2e/sabotage');
const chosen = process.argv.slice(2);
const patches = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.patch'))
  .filter((file) => chosen.length === 0 || chosen.includes(file.replace(/\.patch$/, '')))
  .sort()
  .map((file) => readPatch(join(folder, file)));
if (patches.length === 0) stop('no patch of that name in e2e/sabotage');

await installIfNeeded();
await installSystemPackages();
await buildIfNeeded();
const copy = await copyTree();

/** What a test is without any patch, asked once for each test. */
const untouched = new Map();
const failed = [];
try {
  for (const patch of patches) {
    const started = performance.now();
    const problem = await sabotage(patch);
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    console.log(`${problem ? 'FAILED' : 'red   '} ${patch.name} (${seconds}): ${patch.defence}`);
    if (problem) {
      console.log(problem.replace(/^/gm, '    '));
      failed.push(patch.name);
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${patches.length - failed.length} defences have a test that notices, ${failed.length} have not`);
if (failed.length > 0) process.exitCode = 1;

/** Try one patch; the reason why it does not count, or undefined. */
async function sabotage(patch) {
  const key = `${patch.testFile} ${patch.testName}`;
  if (!untouched.has(key)) untouched.set(key, await runNamedTest(copy, patch));
  const before = untouched.get(key);
  if (before.outcome !== 'green')
    return `without the patch the test is ${before.outcome}\n${before.output.trim()}`;

  const applied = await apply(patch);
  if (applied.code !== 0) return `the patch does not apply\n${applied.output.trim()}`;
  try {
    const build = await compile();
    if (build.code !== 0) return `the patched tree does not compile\n${build.output.trim()}`;
    const { outcome, output } = await runNamedTest(copy, patch);
    if (outcome === 'red') return undefined;
    const words = outcome === 'green' ? 'the test does not notice' : `with the patch the test is ${outcome}`;
    return `${words}: ${patch.testFile}${patch.testName ? ` -t "${patch.testName}"` : ''}\n${output.trim()}`;
  } finally {
    const undone = await apply(patch, '--reverse');
    const rebuilt = undone.code === 0 ? await compile() : undone;
    if (rebuilt.code !== 0) stop(`${patch.name} could not be taken back: ${rebuilt.output.trim()}`);
  }
}

function apply({ file }, ...options) {
  // The copy is no repository; git must not look for one above it.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(copy) };
  return capture('git', ['apply', '--whitespace=nowarn', ...options, file], { cwd: copy, env });
}

/** Tests that start processes run the joined programs, so those are made anew too. */
async function compile() {
  const compiler = join(copy, 'node_modules/@typescript/native/bin/tsc');
  const compiled = await capture(process.execPath, [compiler, '--build', '--pretty', 'false'], { cwd: copy });
  if (compiled.code !== 0) return compiled;
  const script =
    "import { bundlePrograms } from './tools/setup/bundle-programs.mjs'; await bundlePrograms();";
  return capture(process.execPath, ['--input-type=module', '--eval', script], { cwd: copy });
}
