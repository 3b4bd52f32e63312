// `npm run build`: compiles all workspaces and bundles the programs and the page. Needs `npm ci` first.
import './setup/require-node.mjs';
import { buildIfNeeded } from './setup/build-if-needed.mjs';

await buildIfNeeded();
