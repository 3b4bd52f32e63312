import { createSeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Disk, ROOT, replay } from './disk.ts';
import type { DiskEvent } from './events.ts';
import { survive, type Tree, whole } from './survive.ts';
import { differences } from './trees.ts';

const FILES = [1, 2] as const;
const created: readonly DiskEvent[] = FILES.map((inode) => enter(`file-${inode}`, inode));

function enter(name: string, inode: number): DiskEvent {
  return { kind: 'enter', folder: ROOT, name, inode, isFolder: false };
}
const write = (file: number, at: number, text: string): DiskEvent => ({
  kind: 'write',
  file,
  at,
  bytes: Buffer.from(text),
});
const sync = (inode: number): DiskEvent => ({ kind: 'sync', inode, covers: Number.MAX_SAFE_INTEGER });
const move = (inode: number, from: string, to: string): DiskEvent => ({
  kind: 'move',
  inode,
  from: { folder: ROOT, name: from },
  to: { folder: ROOT, name: to },
});

/** What cuts by many seeds leave. */
const cuts = (disk: Disk, count = 400): readonly Tree[] =>
  Array.from({ length: count }, (_, seed) => survive(disk, createSeededRandom(seed)));

const text = (tree: Tree, name: string): string | undefined => tree.get(name)?.toString();

const anyChange: fc.Arbitrary<DiskEvent> = fc.oneof(
  fc
    .record({
      file: fc.constantFrom(...FILES),
      at: fc.integer({ min: 0, max: 9000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 6000 }),
    })
    .map(({ bytes, ...rest }): DiskEvent => ({ kind: 'write', ...rest, bytes: Buffer.from(bytes) })),
  fc
    .record({ file: fc.constantFrom(...FILES), size: fc.integer({ min: 0, max: 9000 }) })
    .map((rest): DiskEvent => ({ kind: 'resize', ...rest })),
  fc.constantFrom<DiskEvent[]>(
    sync(1),
    sync(2),
    sync(ROOT),
    move(1, 'file-1', 'other'),
    move(1, 'other', 'file-1'),
  ),
);

describe('a disk', () => {
  it('loses nothing after a sync of everything, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), fc.nat(), (changes, seed) => {
        const disk = replay([...created, ...changes, sync(1), sync(2), sync(ROOT)]);
        expect(differences(survive(disk, createSeededRandom(seed)), whole(disk))).toEqual([]);
        const unsynced = replay([...created, ...changes]);
        expect(differences(whole(disk), whole(unsynced))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what was synced: every byte that was not written later is as it was', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 8 }), fc.nat(), (later, seed) => {
        const disk = replay([...created, write(1, 0, 'a'.repeat(9000)), sync(1), sync(ROOT), ...later]);
        const tree = survive(disk, createSeededRandom(seed));
        const content = tree.get('file-1') ?? tree.get('other');
        const touched = (at: number): boolean =>
          later.some(
            (event) =>
              (event.kind === 'write' &&
                event.file === 1 &&
                at >= event.at &&
                at < event.at + event.bytes.length) ||
              (event.kind === 'resize' && event.file === 1 && at >= event.size),
          );
        expect(content).toBeDefined();
        for (let at = 0; at < 9000; at += 97) if (!touched(at)) expect(content?.[at]).toBe(0x61);
      }),
      { numRuns: 200 },
    );
  });

  it('may forget all, keep all, and keep any sector of what was not synced, the last one torn', () => {
    const disk = replay([
      ...created,
      sync(ROOT),
      write(1, 0, 'a'.repeat(2048)),
      write(1, 2048, 'b'.repeat(1024)),
    ]);
    const left = cuts(disk).map((tree) => text(tree, 'file-1') ?? '');
    expect(left).toContain('');
    expect(left).toContain('a'.repeat(2048) + 'b'.repeat(1024));
    expect(left.some((content) => content.startsWith('\0') && content.includes('b'))).toBe(true);
    expect(left.some((content) => content.length % 512 !== 0)).toBe(true);
    expect(left.some((content) => content.length === 3072 && content.includes('\0'))).toBe(true);
  });

  it('does the same by the same seed', () => {
    const disk = replay([...created, write(1, 0, 'a'.repeat(5000)), move(1, 'file-1', 'other')]);
    for (const seed of [1, 2, 3]) {
      const [one, again] = [createSeededRandom(seed), createSeededRandom(seed)];
      expect(differences(survive(disk, one), survive(disk, again))).toEqual([]);
    }
  });
});

/** Programs that do not do what durability takes, and what some cut then makes of them. */
describe('a disk shows', () => {
  it('a file that was written and not synced', () => {
    const disk = replay([...created, sync(ROOT), write(1, 0, 'said to be kept')]);
    expect(cuts(disk).some((tree) => text(tree, 'file-1') !== 'said to be kept')).toBe(true);
  });

  it('a file that was synced and whose name was not', () => {
    const disk = replay([...created, write(1, 0, 'said to be kept'), sync(1)]);
    expect(cuts(disk).some((tree) => !tree.has('file-1'))).toBe(true);
  });

  it('a folder whose own name was not synced', () => {
    const folder: DiskEvent = { kind: 'enter', folder: ROOT, name: 'new', inode: 3, isFolder: true };
    const file: DiskEvent = { kind: 'enter', folder: 3, name: 'file', inode: 4, isFolder: false };
    const disk = replay([folder, file, write(4, 0, 'x'), sync(4), sync(3)]);
    expect(cuts(disk).some((tree) => !tree.has('new/file'))).toBe(true);
    expect(cuts(replay([folder, file, write(4, 0, 'x'), sync(4), sync(3), sync(ROOT)]))).toSatisfy(
      (trees: readonly Tree[]) => trees.every((tree) => text(tree, 'new/file') === 'x'),
    );
  });

  it('a file put in place before its content was synced', () => {
    const disk = replay([
      ...created,
      write(2, 0, 'old'),
      sync(2),
      sync(ROOT),
      write(1, 0, 'new'),
      move(1, 'file-1', 'file-2'),
      sync(ROOT),
    ]);
    expect(cuts(disk).some((tree) => text(tree, 'file-2') === '')).toBe(true);
  });

  it('a file put in place whose folder was not synced, and never a part of it', () => {
    const disk = replay([
      ...created,
      write(2, 0, 'old'),
      sync(2),
      sync(ROOT),
      write(1, 0, 'new'),
      sync(1),
      move(1, 'file-1', 'file-2'),
    ]);
    expect(new Set(cuts(disk).map((tree) => text(tree, 'file-2')))).toEqual(new Set(['old', 'new']));
  });

  it('a removal that was not synced', () => {
    const gone: DiskEvent = { kind: 'leave', folder: ROOT, name: 'file-1', inode: 1 };
    const disk = replay([...created, sync(ROOT), gone]);
    expect(cuts(disk).some((tree) => tree.has('file-1'))).toBe(true);
    expect(
      cuts(replay([...created, sync(ROOT), gone, sync(ROOT)])).every((tree) => !tree.has('file-1')),
    ).toBe(true);
  });

  it('a write that came while the sync was under way', () => {
    const disk = replay([
      ...created,
      sync(ROOT),
      write(1, 0, 'early'),
      write(1, 5, ' late'),
      { kind: 'sync', inode: 1, covers: 4 },
    ]);
    const left = new Set(cuts(disk).map((tree) => text(tree, 'file-1')));
    expect(left.has('early')).toBe(true);
    expect([...left].every((content) => content?.startsWith('early'))).toBe(true);
  });
});
