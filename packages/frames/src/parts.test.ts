import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PART_BYTES, type Part, PartialMessage, PartReader, PartWriter } from './parts.ts';

const patient = { patience: 60_000, stalled: () => undefined };

/** Messages as they come out at the other end, and the order in which parts went. */
async function carried(
  messages: readonly Uint8Array[],
  cut: (bytes: Buffer) => readonly Buffer[],
): Promise<{ readonly whole: Map<number, Buffer>; readonly order: readonly number[] }> {
  const pipe = new PassThrough();
  const written: Buffer[] = [];
  pipe.on('data', (chunk: Buffer) => written.push(chunk));
  const writer = new PartWriter(pipe, patient);
  await Promise.all(
    messages.map((bytes, id) => new Promise<void>((resolve) => writer.send(id, 1, bytes, resolve))),
  );
  pipe.end();
  await new Promise((resolve) => pipe.once('end', resolve));
  const partial = new Map<number, PartialMessage>();
  const whole = new Map<number, Buffer>();
  const order: number[] = [];
  const reader = new PartReader(({ id, more, payload }) => {
    order.push(id);
    const message = partial.get(id) ?? new PartialMessage();
    partial.set(id, message);
    message.add(payload);
    if (!more) whole.set(id, message.whole());
  });
  for (const chunk of cut(Buffer.concat(written))) expect(reader.push(chunk)).toBe(true);
  return { whole, order };
}

it('carries messages of any length, however the stream is cut', async () => {
  const message = fc.oneof(
    fc.nat(40),
    fc.constantFrom(PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 3 * PART_BYTES + 7),
  );
  const property = fc.asyncProperty(
    fc.array(message, { minLength: 1, maxLength: 12 }),
    fc.integer({ min: 1, max: 100_000 }),
    async (lengths, step) => {
      const messages = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      // The smallest steps take too many turns for long messages.
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const size = Math.max(step, Math.ceil(total / 20_000));
      const { whole } = await carried(messages, (bytes) =>
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        ),
      );
      // Compared by the runner, a hundred kilobytes take a second.
      expect(messages.filter((bytes, id) => whole.get(id)?.equals(bytes) !== true)).toHaveLength(0);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

it('lets a long message take turns with the others', async () => {
  const long = Buffer.alloc(20 * PART_BYTES);
  const { order } = await carried([long, Buffer.alloc(10), Buffer.alloc(3 * PART_BYTES)], (bytes) => [bytes]);
  expect(order.slice(0, 6)).toEqual([0, 1, 2, 0, 2, 0]);
  expect(order.filter((id) => id === 0)).toHaveLength(20);
});

it('reads nothing that breaks the rules', () => {
  const took: Part[] = [];
  const head = (length: number, kind: number): Buffer => {
    const bytes = Buffer.alloc(9);
    bytes.writeUInt32BE(length);
    bytes[8] = kind;
    return bytes;
  };
  for (const bad of [
    head(4, 1),
    head(5 + PART_BYTES + 1, 1),
    head(0xffff_ffff, 1),
    // A part that is not the last has its full length, or a message could come in millions of pieces.
    Buffer.concat([head(6, 0x81), Buffer.alloc(1)]),
  ]) {
    expect(new PartReader((part) => took.push(part)).push(bad)).toBe(false);
  }
  expect(took).toEqual([]);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
      const reader = new PartReader(() => undefined);
      for (const chunk of chunks) if (!reader.push(Buffer.from(chunk))) break;
    }),
  );
});

it('writes no faster than is read, and says when nobody reads', async () => {
  let written = 0;
  const deaf = new Duplex({
    highWaterMark: 1024,
    read: () => undefined,
    write: (chunk: Buffer) => {
      written += chunk.length;
    },
  });
  const stalled = new Promise<void>((resolve) => {
    const writer = new PartWriter(deaf, { patience: 5, stalled: resolve });
    for (let id = 0; id < 40; id++) writer.send(id, 1, Buffer.alloc(PART_BYTES));
  });
  await stalled;
  expect(written).toBeLessThan(6 * PART_BYTES);
});

it('lets go of what never went out', async () => {
  const pipe = new PassThrough();
  const writer = new PartWriter(pipe, patient);
  pipe.destroy();
  await new Promise((resolve) => pipe.once('close', resolve));
  await new Promise<void>((resolve) => writer.send(1, 1, Buffer.alloc(1), resolve));
});
