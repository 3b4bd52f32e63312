import type { Bytes } from '@sotto/bytes';

/** The same bytes in pieces of one length, of which the last may have less. Holds one piece. */
export async function* cutContent(content: AsyncIterable<Bytes>, length: number): AsyncGenerator<Bytes> {
  let piece = new Uint8Array(length);
  let filled = 0;
  for await (const part of content) {
    for (let from = 0; from < part.length; ) {
      const taken = part.subarray(from, from + length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < length) continue;
      yield piece;
      piece = new Uint8Array(length);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
