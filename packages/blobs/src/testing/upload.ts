import type { BlobStore, ByteRange, FinishOutcome } from '../blob-store.ts';

/** Bytes in chunks, as a connection would bring them; then an error, if one is given. */
export async function* sourceOf(
  bytes: Uint8Array,
  chunk = 64 * 1024,
  fails?: Error,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  if (fails !== undefined) throw fails;
}

/** Upload a blob in one piece. */
export async function upload(store: BlobStore, key: string, bytes: Uint8Array): Promise<FinishOutcome> {
  const created = await store.create(key, { length: bytes.length, createdAt: Date.now() });
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const appended = await store.append(key, 0, sourceOf(bytes));
  if (appended.outcome !== 'appended') throw new Error(appended.outcome);
  return await store.finish(key);
}

/** A blob, or a part of it. */
export async function read(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
  const found = await store.read(key, range);
  if (found.outcome !== 'found') throw new Error(found.outcome);
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
