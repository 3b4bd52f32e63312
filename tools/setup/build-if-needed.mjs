// Makes everything that is run: compiles all workspaces, bundles the programs, bundles the page. The compiler
// keeps its own record of what changed; a bundle is made again when something that it is made of is newer. So
// a second run only looks.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from './bundle-page.mjs';
import { bundlePrograms } from './bundle-programs.mjs';
import { root } from './root.mjs';
import { run, say, stop } from './run.mjs';

/** The native compiler by its file: `tsc` on the PATH could be anybody's. */
export const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

export async function buildIfNeeded() {
  if (!existsSync(tsc)) stop('the compiler is not installed; run npm ci first');
  const started = performance.now();
  const code = await run(process.execPath, [tsc, '--build']);
  if (code !== 0) stop('the build failed; the errors are printed above');
  await bundlePrograms();
  await bundlePage();
  say(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
