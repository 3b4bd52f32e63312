import { type Bytes, toHex } from '@sotto/bytes';
import { encodeAttachment } from '@sotto/protocol';
import {
  contentLength,
  encodePointer,
  type FileLayout,
  layoutOf,
  MAX_FILE_BYTES,
  makeFile,
  SEED_BYTES,
} from '@sotto/shards';
import { FILE_CHUNKS_TOGETHER, MAX_FILES_WAITING, MAX_WAITING_BYTES } from '../constants.ts';
import { mayTravel } from '../contacts/why-never.ts';
import type { Core } from '../core/core.ts';
import type { ClientStore, StoreChange, StoredFile } from '../ports/store.ts';
import { noBits } from './bits.ts';
import { cleanFileName, cleanFileType } from './clean-file-name.ts';
import { cutContent } from './cut-content.ts';
import type { FileToKeep, KeepFileOutcome } from './file-types.ts';
import { viewFile } from './view-file.ts';

/**
 * Write a file down, encrypted as storage nodes will keep it, piece by piece: never all of it is in memory, and
 * nothing of it is on disk in the clear. Its keys come from a seed that is drawn here and sealed with once.
 */
export async function keepFile(core: Core, request: FileToKeep): Promise<KeepFileOutcome> {
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'no-account' };
  if (!mayTravel(own, 'onion')) return { outcome: 'files-need-onion' };
  if (request.size > MAX_FILE_BYTES) return { outcome: 'too-large', limit: MAX_FILE_BYTES };
  const { name, width, height } = request;
  const clean = cleanFileName(name);
  const file: StoredFile = {
    id: toHex(core.random(16)),
    direction: 'out',
    place: 0,
    ...(clean === undefined ? {} : { name: clean }),
    type: cleanFileType(request.type),
    size: request.size,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    state: 'writing',
    seed: core.random(SEED_BYTES),
    attachment: new Uint8Array(0),
    done: noBits(layoutOf(request.size).stored),
    addedAt: core.clock.now(),
  };
  core.filesOfThisRun.add(file.id);
  const begun = await core.unit(async (work) => {
    if (await isFull(core.store, request.size)) return false;
    work.change({ kind: 'put-file', file });
    return true;
  });
  if (!begun) {
    core.filesOfThisRun.delete(file.id);
    return { outcome: 'full' };
  }
  try {
    const attachment = await writeChunks(core, file, request.content);
    if (attachment === undefined) {
      await remove(core, file.id);
      return { outcome: 'changed' };
    }
    const kept: StoredFile = { ...file, state: 'kept', attachment };
    await core.unit(async (work) => work.change({ kind: 'put-file', file: kept }));
    return { outcome: 'kept', file: viewFile(kept) };
  } catch (error) {
    await remove(core, file.id).catch(() => undefined);
    throw error;
  }
}

/** The pointer; undefined when there was more or less than was said. */
async function writeChunks(
  core: Core,
  { id, size, seed = new Uint8Array(0) }: StoredFile,
  content: AsyncIterable<Bytes>,
): Promise<Bytes | undefined> {
  const making = makeFile({ seed, size });
  const { layout } = making;
  const hashes: Bytes[] = [];
  let waiting: StoreChange[] = [];
  const flush = async () => {
    const changes = waiting;
    waiting = [];
    await core.unit(async (work) => work.change(...changes));
  };
  for await (const piece of padded(content, layout)) {
    const chunk = hashes.length;
    if (chunk >= layout.chunks || piece.length !== contentLength(layout, chunk)) return undefined;
    const { data, hash } = making.seal(chunk, piece);
    hashes.push(hash);
    waiting.push({ kind: 'put-chunk', file: id, chunk, data });
    if (waiting.length >= FILE_CHUNKS_TOGETHER) await flush();
  }
  if (hashes.length < layout.chunks) return undefined;
  const { manifest, pointer } = making.finish(hashes);
  if (manifest !== undefined) {
    waiting.push({ kind: 'put-chunk', file: id, chunk: manifest.chunk, data: manifest.data });
  }
  await flush();
  return encodeAttachment(encodePointer(pointer));
}

/** The content in chunks, and then as many that hold nothing of it as its size is rounded up to. */
async function* padded(content: AsyncIterable<Bytes>, layout: FileLayout): AsyncGenerator<Bytes> {
  let chunk = 0;
  for await (const piece of cutContent(content, layout.plainBytes)) {
    chunk++;
    yield piece;
  }
  for (; chunk < layout.chunks; chunk++) {
    if (contentLength(layout, chunk) > 0) return;
    yield new Uint8Array(0);
  }
}

async function isFull(store: ClientStore, size: number): Promise<boolean> {
  const waiting = await store.filesWith(['writing', 'kept', 'waiting', 'unwanted']);
  const bytes = waiting.reduce((sum, file) => sum + file.size, size);
  return waiting.length >= MAX_FILES_WAITING || bytes > MAX_WAITING_BYTES;
}

function remove(core: Core, id: string): Promise<void> {
  core.filesOfThisRun.delete(id);
  return core.unit(async (work) => work.change({ kind: 'delete-file', id }));
}

/** One that no message has. */
export function dropFile(core: Core, id: string): Promise<{ readonly outcome: 'dropped' | 'unknown-file' }> {
  return core.unit(async (work) => {
    const file = await core.store.file(id);
    if (file === undefined || (file.state !== 'kept' && file.state !== 'writing')) {
      return { outcome: 'unknown-file' };
    }
    work.change({ kind: 'delete-file', id });
    core.filesOfThisRun.delete(id);
    return { outcome: 'dropped' };
  });
}

/** What an earlier run wrote down for messages that were never written: nobody knows of it any more. */
export function dropUnsent(core: Core): Promise<void> {
  return core.unit(async (work) => {
    for (const { id } of await core.store.filesWith(['writing', 'kept'])) {
      if (!core.filesOfThisRun.has(id)) work.change({ kind: 'delete-file', id });
    }
  });
}
