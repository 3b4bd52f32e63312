import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newestIn } from './newest-in.mjs';
import { root } from './root.mjs';
import { run, stop } from './run.mjs';

const page = join(root, 'apps', 'web');
const bundler = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/** Its own sources, and what it imports of ours as it was compiled. */
const SOURCES = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) => join(page, name)),
  ...['packages/local-api/dist', 'package-lock.json'].map((name) => join(root, name)),
];

/** Make the page's files in apps/web/dist/page, unless they are there and newer than what they are made of. */
export async function bundlePage() {
  const built = join(page, 'dist', 'page', 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...SOURCES.map(newestIn))) return;
  const code = await run(process.execPath, [bundler, 'build', '--logLevel', 'warn'], { cwd: page });
  if (code !== 0) stop('the page could not be bundled; the errors are printed above');
}
