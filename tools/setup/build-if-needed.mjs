// Compiles all workspaces to their dist folders. The compiler keeps its own record of what changed, so a
// second run only looks.
import { join } from 'node:path';
import { root } from './root.mjs';
import { run, say, stop } from './run.mjs';

/** The native compiler by its file: `tsc` on the PATH could be anybody's. */
export const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

export async function buildIfNeeded() {
  const started = performance.now();
  const code = await run(process.execPath, [tsc, '--build']);
  if (code !== 0) stop('the build failed; the errors are printed above');
  say(`compiled in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
