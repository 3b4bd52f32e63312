// Compiles all workspaces to their dist folders, and bundles the page. The compiler keeps its own record of what
// changed, so a second run only looks; the page is bundled when a file that it is made of is newer.
import { existsSync, readdirSync, statSync } from 'node:fs';
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

const page = join(root, 'apps', 'web');
const bundler = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/** Everything that the page is made of: its own sources, and what it imports of ours as it was compiled. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) =>
  join(page, name),
);
const IMPORTED = ['packages/local-api/dist', 'package-lock.json'].map((name) => join(root, name));

/** Call after `buildIfNeeded`. */
export async function bundlePageIfNeeded() {
  const built = join(page, 'dist', 'page', 'index.html');
  const newest = Math.max(...[...SOURCES, ...IMPORTED].map(newestIn));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const started = performance.now();
  const code = await run(process.execPath, [bundler, 'build', '--logLevel', 'warn'], { cwd: page });
  if (code !== 0) stop('the page could not be bundled; the errors are printed above');
  say(`bundled the page in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** When something in a file or folder last changed, in milliseconds; 0 where there is nothing. */
function newestIn(path) {
  if (!existsSync(path)) return 0;
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
