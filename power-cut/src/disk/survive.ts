import type { SeededRandom } from '@sotto/testkit';
import {
  applyChanges,
  applyName,
  type Disk,
  type DiskFile,
  type FileChange,
  type NameChange,
  ROOT,
} from './disk.ts';
import type { Inode } from './events.ts';

/** Files by path below the root, and folders as `undefined`. */
export type Tree = Map<string, Buffer | undefined>;

/** How much of what was not synced is kept. The extremes come often: most mistakes show there. */
const FATES = ['nothing', 'everything', 'a beginning', 'any part'] as const;
type Fate = (typeof FATES)[number];

const SECTORS = [512, 4096] as const;

/**
 * What lies on a disk after a power cut, chosen by `random` from all that may: of each file any subset of the
 * sectors (512 or 4096 bytes) written since its last sync, the last of them torn at any byte, its size old, new or
 * between; of names any subset of what was done since the folder's last sync. What was not written reads as zeros.
 * Bytes beside a write stay as they were, also in its sector (SQLite's powersafe overwrite).
 */
export function survive(disk: Disk, random: SeededRandom): Tree {
  const kept = chosen(disk.names, random.pick(FATES), random);
  return treeOf(disk, kept, (file) => surviveContent(file, random));
}

/** Everything that was done, as the running system sees it. */
export function whole(disk: Disk): Tree {
  return treeOf(disk, disk.names, ({ synced, pending }) => applyChanges(synced, pending));
}

function treeOf(disk: Disk, names: readonly NameChange[], contentOf: (file: DiskFile) => Buffer): Tree {
  const folders = new Map([...disk.folders].map(([inode, durable]) => [inode, new Map(durable)]));
  for (const { change } of names) applyName(folders, change);
  const tree: Tree = new Map();
  const walk = (folder: Inode, path: string): void => {
    for (const [name, inode] of folders.get(folder) ?? []) {
      const file = disk.files.get(inode);
      tree.set(path + name, file === undefined ? undefined : contentOf(file));
      if (file === undefined) walk(inode, `${path}${name}/`);
    }
  };
  walk(ROOT, '');
  return tree;
}

/** The changes that last by a fate, before any is torn. */
function chosen<Change>(changes: readonly Change[], fate: Fate, random: SeededRandom): readonly Change[] {
  switch (fate) {
    case 'nothing':
      return [];
    case 'everything':
      return changes;
    case 'a beginning':
      return changes.slice(0, random.integer(changes.length + 1));
    case 'any part': {
      const share = random.pick([0.1, 0.5, 0.9]);
      return changes.filter(() => random.chance(share));
    }
  }
}

function surviveContent({ synced, pending }: DiskFile, random: SeededRandom): Buffer {
  if (pending.length === 0) return synced;
  const fate = random.pick(FATES);
  if (fate === 'nothing') return synced;
  if (fate === 'everything') return applyChanges(synced, pending);
  const sectors = splitAtSectors(pending, random.pick(SECTORS));
  const lasting = chosen(sectors, fate, random);
  const content = applyChanges(synced, tearLast(lasting, random));
  return fate === 'any part' && random.chance(0.3)
    ? resized(content, random.pick(sizesOf(synced.length, pending)))
    : content;
}

function splitAtSectors(changes: readonly FileChange[], sector: number): readonly FileChange[] {
  return changes.flatMap((change): readonly FileChange[] => {
    if (change.kind === 'resize') return [change];
    const pieces: FileChange[] = [];
    const end = change.at + change.bytes.length;
    for (let at = change.at; at < end; ) {
      const next = Math.min(end, (Math.floor(at / sector) + 1) * sector);
      pieces.push({ ...change, at, bytes: change.bytes.subarray(at - change.at, next - change.at) });
      at = next;
    }
    return pieces;
  });
}

function tearLast(changes: readonly FileChange[], random: SeededRandom): readonly FileChange[] {
  const last = changes.at(-1);
  if (last?.kind !== 'write' || !random.chance(0.5)) return changes;
  const bytes = last.bytes.subarray(0, random.integer(last.bytes.length));
  return [...changes.slice(0, -1), { ...last, bytes }];
}

/** Every size that the file has had since its last sync. */
function sizesOf(synced: number, changes: readonly FileChange[]): readonly number[] {
  const sizes = [synced];
  for (const change of changes) {
    const before = sizes.at(-1) ?? 0;
    sizes.push(change.kind === 'write' ? Math.max(before, change.at + change.bytes.length) : change.size);
  }
  return sizes;
}

function resized(content: Buffer, size: number): Buffer {
  return size <= content.length
    ? content.subarray(0, size)
    : Buffer.concat([content, Buffer.alloc(size - content.length)]);
}
