import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';

/** All TypeScript files of our own below some folders, as paths from the top of the tree. */
export function sourceFiles(dirs) {
  return dirs.flatMap((dir) => walk(dir)).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
}

/** All files below a folder, without what is installed or built. */
export function walk(dir) {
  const full = join(root, dir);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git', 'coverage'].includes(entry.name)) return [];
    const path = dir === '.' ? entry.name : `${dir}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}
