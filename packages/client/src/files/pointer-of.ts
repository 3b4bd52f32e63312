import { decodeAttachment } from '@sotto/protocol';
import { decodePointer, type FilePointer, openManifest, ShardsError } from '@sotto/shards';
import type { ClientStore, StoredFile } from '../ports/store.ts';

/** What this store keeps was read before it was written, so nothing but a broken store can fail here. */
export function pointerOf(file: StoredFile): FilePointer {
  return decodePointer(decodeAttachment(file.attachment));
}

/** The hashes of all chunks, the manifest's last; undefined while the manifest is not here, or is none. */
export async function hashesOf(
  store: ClientStore,
  file: StoredFile,
  pointer: FilePointer,
): Promise<readonly Uint8Array<ArrayBuffer>[] | undefined> {
  const { hashes, layout } = pointer;
  if (hashes.kind === 'inline') return hashes.hashes;
  const manifest = await store.chunk(file.id, layout.chunks);
  if (manifest === undefined) return undefined;
  try {
    return [...openManifest(pointer, manifest), hashes.hash];
  } catch (error) {
    if (error instanceof ShardsError) return undefined;
    throw error;
  }
}
