import { readFileSync } from 'node:fs';

/** Inputs in one file, each after its length in four bytes: written before they are read, in case nobody returns. */
export function writeBatch(batch: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    batch.flatMap((input) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(input.length);
      return [length, input];
    }),
  );
}

export function readBatch(file: string): readonly Uint8Array[] {
  const bytes = readFileSync(file);
  const batch: Uint8Array[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    batch.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return batch;
}
