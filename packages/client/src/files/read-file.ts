import type { Bytes } from '@sotto/bytes';
import { contentLength, type FilePointer, openChunk, ShardsError } from '@sotto/shards';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import { pointerOf } from './pointer-of.ts';
import { viewFile } from './view-file.ts';

/** The content of a file that is here, one chunk in memory at a time. */
export async function readFile(core: Core, id: string, from = 0): Promise<AsyncIterable<Bytes> | undefined> {
  const file = await core.store.file(id);
  return file !== undefined && viewFile(file).readable
    ? contentOf(core, { id, pointer: pointerOf(file), from })
    : undefined;
}

async function* contentOf(
  core: Core,
  { id, pointer, from }: { readonly id: string; readonly pointer: FilePointer; readonly from: number },
): AsyncGenerator<Bytes> {
  const { layout } = pointer;
  const first = Math.floor(from / layout.plainBytes);
  for (let chunk = first; chunk < layout.chunks && contentLength(layout, chunk) > 0; chunk++) {
    const data = await core.store.chunk(id, chunk);
    if (data === undefined) throw new ClientError('damaged-file', 'a part of this file is not here');
    yield open(pointer, chunk, data).subarray(chunk === first ? from % layout.plainBytes : 0);
  }
}

function open(pointer: FilePointer, chunk: number, data: Bytes): Bytes {
  try {
    return openChunk(pointer, chunk, data);
  } catch (error) {
    if (error instanceof ShardsError) throw new ClientError('damaged-file', 'a part of this file is damaged');
    throw error;
  }
}
