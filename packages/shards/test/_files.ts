import { asBytes, type Bytes } from '@sotto/bytes';
import { createSeededRandom } from '@sotto/testkit';
import { type FilePointer, layoutOf, makeFile, openChunk, openManifest } from '../src/index.ts';

export interface WrittenFile {
  readonly content: Bytes;
  readonly pointer: FilePointer;
  /** As storage nodes would keep them, by number; the manifest last. */
  readonly chunks: readonly Bytes[];
}

/** A file of random bytes, cut as a sender cuts it. */
export function writeFile(size: number, seed = 1): WrittenFile {
  const random = createSeededRandom(seed);
  const content = random.bytes(size);
  const file = makeFile({ seed: random.bytes(32), size });
  const { chunks: count, plainBytes } = layoutOf(size);
  const sealed = Array.from({ length: count }, (_, chunk) =>
    file.seal(chunk, asBytes(content.slice(chunk * plainBytes, (chunk + 1) * plainBytes))),
  );
  const { manifest, pointer } = file.finish(sealed.map(({ hash }) => hash));
  return { content, pointer, chunks: [...sealed, ...(manifest ? [manifest] : [])].map(({ data }) => data) };
}

/** Put together again what a receiver got. Throws ShardsError. */
export function readFile(pointer: FilePointer, chunks: readonly Bytes[]): Bytes {
  const { layout } = pointer;
  if (layout.manifest) openManifest(pointer, chunks[layout.chunks] as Bytes);
  const parts = Array.from({ length: layout.chunks }, (_, chunk) =>
    openChunk(pointer, chunk, chunks[chunk] as Bytes),
  );
  return asBytes(new Uint8Array(parts.flatMap((part) => [...part])));
}
