import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGE = fileURLToPath(new URL('../../../apps/web/dist/page/', import.meta.url));

export interface BundleSize {
  readonly files: number;
  readonly raw: number;
  readonly gzip: number;
}

/** Everything that the app serves as its page. */
export function bundleSize(): BundleSize {
  const files = readdirSync(PAGE, { recursive: true, encoding: 'utf8' })
    .map((name) => join(PAGE, name))
    .filter((path) => statSync(path).isFile());
  const bytes = files.map((path) => readFileSync(path));
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    files: files.length,
    raw: sum(bytes.map(({ length }) => length)),
    gzip: sum(bytes.map((each) => gzipSync(each).length)),
  };
}
