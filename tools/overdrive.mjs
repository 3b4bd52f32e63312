// `npm run overdrive`: installs and builds what is missing, then overloads the servers. Arguments go to it.
import './setup/require-node.mjs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await run(process.execPath, [
  join(root, 'overdrive/dist/main.js'),
  ...process.argv.slice(2),
]);
