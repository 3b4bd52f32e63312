import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Sources run as they are, in one file. Its path. */
export function bundleProgram(source: string): string {
  const name = `${basename(source, '.ts')}-${process.pid}.mjs`;
  const outfile = fileURLToPath(new URL(`../../../node_modules/.cache/sotto-blobs/${name}`, import.meta.url));
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source', 'node', 'import'],
    // What is not a module yet asks for Node's own by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
