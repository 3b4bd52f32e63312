import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SeededRandom } from '@sotto/testkit';
import type { Tree } from './survive.ts';

/** Files that no disk keeps a promise about: the index of a write-ahead log, which every start makes anew. */
export function isForgotten(path: string): boolean {
  return path.endsWith('-shm');
}

/** Beside each write-ahead log its index as a cut may leave it: missing, or filled with anything. */
export function withForgotten(tree: Tree, random: SeededRandom): Tree {
  const logs = [...tree.keys()].filter((path) => path.endsWith('-wal') && random.chance(0.5));
  const indexes = logs.map((path) => {
    const content = Buffer.alloc(32_768, Buffer.from(random.bytes(1 + random.integer(64))));
    return [path.replace(/-wal$/, '-shm'), content] as const;
  });
  return new Map([...tree, ...indexes]);
}

/** Put a tree into a new folder, closed to others as the programs leave it. */
export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [path, content] of tree) {
    if (content === undefined) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
    else writeFileSync(join(folder, path), content, { mode: 0o600 });
  }
}

export function readTree(folder: string): Tree {
  const tree: Tree = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (isForgotten(path)) continue;
    tree.set(relative(folder, path), entry.isDirectory() ? undefined : readFileSync(path));
  }
  return tree;
}

/** The paths in which two trees differ. */
export function differences(left: Tree, right: Tree): readonly string[] {
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths].filter((path) => {
    const [one, other] = [left.get(path), right.get(path)];
    if (left.has(path) !== right.has(path)) return true;
    return one === undefined || other === undefined ? one !== other : !one.equals(other);
  });
}
