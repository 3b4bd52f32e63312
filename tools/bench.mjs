// `npm run bench`: installs and builds what is missing, then runs the benchmarks. Arguments go to them.
import './setup/require-node.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { findChromium } from './setup/find-chromium.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { root } from './setup/root.mjs';
import { run, stop } from './setup/run.mjs';

await installIfNeeded();
await buildIfNeeded();
const main = join(root, 'bench/dist/main.js');
if (!existsSync(main)) stop('bench/src/main.ts is not there, so there is nothing to run');
// The page is measured in a real browser, where there is one.
const chromium = findChromium();
const env = chromium === undefined ? process.env : { ...process.env, SOTTO_CHROMIUM: chromium };
process.exitCode = await run(process.execPath, [main, ...process.argv.slice(2)], { env });
