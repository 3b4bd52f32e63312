// `npm run fuzz`: installs and builds what is missing, then gives every reader of outside bytes a million inputs.
// Arguments go to it: npm run fuzz -- --help
import './setup/require-node.mjs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await run(process.execPath, [join(root, 'fuzz/dist/main.js'), ...process.argv.slice(2)]);
