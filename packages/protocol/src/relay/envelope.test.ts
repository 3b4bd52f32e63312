import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { decodeEnvelope, ENVELOPE_TYPE, encodeEnvelope } from './envelope.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const envelope = fc.record(
  {
    type: fc.constantFrom(...Object.values(ENVELOPE_TYPE)),
    clientTimestamp: time,
    serverTimestamp: time,
    guid: bytesOf(16),
    destination: bytesOf(16),
    source: fc.record({ aci: bytesOf(16), device: fc.integer({ min: 1, max: 127 }) }),
    urgent: fc.boolean(),
    story: fc.constant(true as const),
    content: fc.uint8Array({ maxLength: 300 }).map(asBytes),
  },
  {
    requiredKeys: ['type', 'clientTimestamp', 'serverTimestamp', 'guid', 'destination', 'urgent'],
  },
);

describe('envelope', () => {
  it('comes back from its own encoding', () => {
    fc.assert(
      fc.property(envelope, (value) => {
        expect(decodeEnvelope(encodeEnvelope(value))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it('throws nothing but ProtocolError', () => {
    const damaged = fc.tuple(envelope, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
      const bytes = encodeEnvelope(value);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        try {
          decodeEnvelope(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
