// `npm run build`: compiles all workspaces. Needs `npm ci` first.
import './setup/require-node.mjs';
import { existsSync } from 'node:fs';
import { buildIfNeeded, tsc } from './setup/build-if-needed.mjs';
import { stop } from './setup/run.mjs';

if (!existsSync(tsc)) stop('the compiler is not installed; run npm ci first');
await buildIfNeeded();
