// `npm run chaos`: installs and builds what is missing, then lets random worlds of real processes go wrong and
// judges what their people saw. Arguments go to it: npm run chaos -- --minutes 60, or --seed S to replay one.
import './setup/require-node.mjs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await run(process.execPath, [join(root, 'chaos/dist/main.js'), ...process.argv.slice(2)]);
