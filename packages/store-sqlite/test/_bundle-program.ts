import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Sources run as they are: bundled beside the native modules that a bundle cannot hold. The path of the bundle. */
export function bundleProgram(source: string): string {
  const name = `${basename(source, '.ts')}-${process.pid}.mjs`;
  const outfile = fileURLToPath(new URL(`../../../node_modules/.cache/sotto-store/${name}`, import.meta.url));
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source', 'node', 'import'],
    external: ['@signalapp/sqlcipher', 'sodium-native'],
  });
  return outfile;
}
