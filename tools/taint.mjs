// `npm run taint`: installs and builds what is missing, then lets people live in a world of real processes and looks
// for everything that is theirs wherever it must not be. Arguments go to it: npm run taint -- --seed S, or --help.
import './setup/require-node.mjs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { installSystemPackages } from './setup/install-system-packages.mjs';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

await installIfNeeded();
await installSystemPackages();
await buildIfNeeded();
process.exitCode = await run(process.execPath, [
  join(root, 'e2e/dist/taint/main.js'),
  ...process.argv.slice(2),
]);
