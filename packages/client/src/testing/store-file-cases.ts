import { expect, it } from 'vitest';
import type { ClientStore, StoredFile } from '../ports/store.ts';
import { ALICE, BOB, bytes, id } from './store-fixtures.ts';

const file = (number: number, more: Partial<StoredFile> = {}): StoredFile => ({
  id: `file-${number}`,
  direction: 'out',
  place: 0,
  type: 'image/png',
  size: 100_000,
  state: 'kept',
  attachment: bytes(300, 1),
  done: bytes(1, 0),
  addedAt: 1_800_000_000_000 + number,
  ...more,
});

const FULL = file(1, {
  chat: BOB,
  message: id(5),
  place: 1,
  name: 'Ein Bär 🐻.png',
  width: 640,
  height: 480,
  state: 'failed',
  problem: 'file-gone',
  seed: bytes(32, 9),
});

/** What a store promises of files and their chunks. */
export function fileCases(current: () => ClientStore, reopen: () => Promise<ClientStore>): void {
  it('keeps files with and without their optional members', async () => {
    await current().commit([{ kind: 'put-file', file: FULL }]);
    expect(await current().file('file-1')).toEqual(FULL);
    await current().commit([{ kind: 'put-file', file: file(1) }]);
    expect(await (await reopen()).file('file-1')).toEqual(file(1));
  });

  it('finds files by message in their places, by chat and by state the oldest first', async () => {
    const files = [
      file(1, { message: id(5), chat: BOB, place: 1, state: 'waiting' }),
      file(2, { message: id(5), chat: BOB, place: 0, state: 'stored' }),
      file(3, { message: id(6), chat: ALICE, state: 'waiting' }),
    ];
    await current().commit(files.map((each) => ({ kind: 'put-file', file: each })));
    const ids = (found: readonly StoredFile[]) => found.map((each) => each.id);
    expect(ids(await current().filesOf(id(5)))).toEqual(['file-2', 'file-1']);
    expect(ids(await current().filesIn(BOB))).toEqual(['file-1', 'file-2']);
    expect(ids(await current().filesWith(['waiting']))).toEqual(['file-1', 'file-3']);
    expect(ids(await current().filesWith(['waiting', 'stored']))).toEqual(['file-1', 'file-2', 'file-3']);
    expect(await current().filesWith([])).toEqual([]);
  });

  it('keeps chunks of files that it has, the first of each place, as long as their file', async () => {
    const [first, second] = [bytes(76_800, 1), bytes(76_800, 2)];
    await current().commit([
      { kind: 'put-chunk', file: 'file-1', chunk: 0, data: first },
      { kind: 'put-file', file: file(1) },
      { kind: 'put-chunk', file: 'file-1', chunk: 1, data: second },
    ]);
    expect(await current().chunk('file-1', 0)).toBeUndefined();
    await current().commit([{ kind: 'put-chunk', file: 'file-1', chunk: 1, data: first }]);
    expect(await current().chunk('file-1', 1)).toEqual(second);
    await current().commit([{ kind: 'put-file', file: file(1, { state: 'stored' }) }]);
    expect(await (await reopen()).chunk('file-1', 1)).toEqual(second);
    await current().commit([{ kind: 'delete-chunks', file: 'file-1' }]);
    expect(await current().chunk('file-1', 1)).toBeUndefined();
    expect(await current().file('file-1')).toBeDefined();
    await current().commit([
      { kind: 'put-chunk', file: 'file-1', chunk: 1, data: first },
      { kind: 'delete-file', id: 'file-1' },
      { kind: 'put-file', file: file(1) },
    ]);
    expect(await current().chunk('file-1', 1)).toBeUndefined();
  });

  it('erases files with everything else', async () => {
    await current().commit([
      { kind: 'put-file', file: FULL },
      { kind: 'put-chunk', file: 'file-1', chunk: 0, data: bytes(20, 1) },
    ]);
    await current().erase();
    await current().commit([{ kind: 'put-file', file: FULL }]);
    expect(await current().chunk('file-1', 0)).toBeUndefined();
  });
}
