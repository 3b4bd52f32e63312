// `npm run build`: compiles all workspaces and bundles the page. Needs `npm ci` first.
import './setup/require-node.mjs';
import { existsSync } from 'node:fs';
import { buildIfNeeded, bundlePageIfNeeded, tsc } from './setup/build-if-needed.mjs';
import { stop } from './setup/run.mjs';

if (!existsSync(tsc)) stop('the compiler is not installed; run npm ci first');
await buildIfNeeded();
await bundlePageIfNeeded();
