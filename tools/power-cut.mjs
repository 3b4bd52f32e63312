// `npm run power-cut`: installs and builds what is missing, then cuts the power. Arguments go to it.
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
  join(root, 'power-cut/dist/main.js'),
  ...process.argv.slice(2),
]);
