// `npm test`: installs and builds what is missing, runs all tests, and runs the unit tests once more on a
// current LTS. `npm run test:unit` (--unit) runs the unit tests only. Other arguments go to vitest:
// npm test -- packages/identity -t "safety number"
import './setup/require-node.mjs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { findChromium, NO_CHROMIUM } from './setup/find-chromium.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { installSystemPackages } from './setup/install-system-packages.mjs';
import { installNode24 } from './setup/node24.mjs';
import { root } from './setup/root.mjs';
import { run, say } from './setup/run.mjs';

const unitOnly = process.argv.includes('--unit');
const forVitest = process.argv.slice(2).filter((argument) => argument !== '--unit');

const vitest = (node, projects, args, label) =>
  run(
    node,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      ...args,
    ],
    { env: { ...process.env, SOTTO_TEST_RUN: label } },
  );

await installIfNeeded();
await buildIfNeeded();

if (unitOnly) {
  process.exitCode = await vitest(process.execPath, ['unit'], forVitest, `Node ${process.version}`);
} else {
  await installSystemPackages();
  const node24 = await installNode24();
  const chromium = findChromium();
  // Where there is no browser everything else runs first.
  const projects = ['unit', 'e2e', ...(chromium ? ['web'] : [])];
  if (chromium) process.env.SOTTO_CHROMIUM = chromium;
  const codes = [await vitest(process.execPath, projects, forVitest, `Node ${process.version}`)];
  if (node24) {
    say('the unit tests once more, on Node 24');
    // A filter that names only journeys leaves nothing to do here.
    const args = forVitest.length > 0 ? ['--passWithNoTests', ...forVitest] : [];
    codes.push(await vitest(node24, ['unit'], args, 'Node 24'));
  } else {
    say(
      `npm carries no Node 24 for ${process.platform}-${process.arch}: the unit tests ran on ${process.version} only`,
    );
  }
  if (!chromium) {
    say(NO_CHROMIUM);
    codes.push(1);
  }
  process.exitCode = codes.find((code) => code !== 0) ?? 0;
}
