import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newestIn } from './newest-in.mjs';
import { root } from './root.mjs';

/**
 * Packages that stay where npm put them: native ones, the certificate library, whose parts find each other at
 * run time, and the page, which tells where its files lie.
 */
const OUTSIDE = [
  '@peculiar/x509',
  '@signalapp/libsignal-client',
  '@signalapp/sqlcipher',
  '@sotto/app-web',
  'reflect-metadata',
  'sodium-native',
  'zeromq',
];

/**
 * Join the `sotto` command and the programs behind it into a few files in apps/cli/dist/bundle. Loading a
 * thousand small modules takes a process half a second, and a devnet starts a dozen processes.
 */
export async function bundlePrograms() {
  const out = join(root, 'apps', 'cli', 'dist', 'bundle');
  const main = join(out, 'main.js');
  if (existsSync(main) && statSync(main).mtimeMs >= newestOfAll()) return;
  rmSync(out, { recursive: true, force: true });
  // Loaded only now: a second run, which only looks, starts faster without it.
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(root, 'apps', 'cli', 'dist', 'main.js')],
    outdir: out,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: OUTSIDE,
    // CommonJS libraries in the bundle ask for modules of Node.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** The compiler writes its record last, whenever it wrote anything of a workspace. */
function newestOfAll() {
  const { packages } = JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8'));
  const records = packages.map(({ dir }) => join(root, dir, 'dist', '.tsbuildinfo'));
  return Math.max(...records.map(newestIn), newestIn(join(root, 'package-lock.json')));
}
