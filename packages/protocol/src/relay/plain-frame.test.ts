import { fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type WebSocketMessage, WebSocketMessageSchema } from '../generated/websocket_pb.ts';
import { readPlainFrame } from './plain-frame.ts';

/** A field with its number: of any type, known or not, and as long as it likes. */
const field = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(numberField),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat({ max: 70 }).map(BigInt)).map(numberField),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.uint8Array({ maxLength: 40 })).map(bytesField),
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.string({ maxLength: 40, unit: 'binary' }))
    .map(([number, text]) => bytesField([number, new TextEncoder().encode(text)])),
);
const part = fc.array(field, { maxLength: 12 }).map(join);
const frame = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(1n, 2n), part)
      .map(([kind, inner]) => wrap(kind, Number(kind) + 1, inner)),
  },
  fc
    .tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }), part)
    .map(([kind, number, inner]) => wrap(BigInt(kind), number, inner)),
  fc.array(field, { maxLength: 4 }).map(join),
);
const damaged = fc.tuple(frame, fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, byte]) => {
  const changed = bytes.slice();
  if (changed.length > 0) changed[at % changed.length] = byte;
  return changed;
});

it('reads what it reads as the schema does', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(frame, damaged), (bytes) => {
      const plain = readPlainFrame(bytes);
      if (plain === undefined) return;
      read++;
      const message = fromBinary(WebSocketMessageSchema, bytes);
      expect(plain).toEqual(partsOf(message));
      // Nothing was there that the schema does not know.
      const { $unknown } = (plain.kind === 'request' ? message.request : message.response) ?? {};
      expect([message.$unknown, $unknown]).toEqual([undefined, undefined]);
    }),
    { numRuns: 3_000 },
  );
  expect(read).toBeGreaterThan(100);
});

it('takes its time for nothing that has too many fields', () => {
  const flood = wrap(1n, 2, join(Array.from({ length: 65 }, () => bytesField([5, Uint8Array.of(0x61)]))));
  expect(readPlainFrame(flood)).toBeUndefined();
  expect(fromBinary(WebSocketMessageSchema, flood).request?.headers).toHaveLength(65);
  expect(toBinary(WebSocketMessageSchema, fromBinary(WebSocketMessageSchema, flood))).toEqual(flood);
});

function partsOf({ type, request, response }: WebSocketMessage) {
  const own = (of: object | undefined, name: 'id' | 'body'): unknown =>
    of !== undefined && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined;
  const of = type === 1 ? request : response;
  return {
    kind: type === 1 ? 'request' : 'response',
    verb: request?.verb ?? '',
    path: request?.path ?? '',
    status: response?.status ?? 0,
    message: response?.message ?? '',
    id: own(of, 'id'),
    body: own(of, 'body'),
    lines: of?.headers ?? [],
  };
}

function numberField([number, value]: [number, bigint]): Uint8Array {
  return join([varint(BigInt(number << 3)), varint(value)]);
}

function bytesField([number, value]: [number, Uint8Array]): Uint8Array {
  return join([varint(BigInt((number << 3) | 2)), varint(BigInt(value.length)), value]);
}

function wrap(type: bigint, number: number, inner: Uint8Array): Uint8Array {
  return join([numberField([1, type]), bytesField([number, inner])]);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((bytes) => [...bytes]));
}
