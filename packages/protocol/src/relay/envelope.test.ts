import { create, toBinary } from '@bufbuild/protobuf';
import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { EnvelopeSchema } from '../generated/envelope_pb.ts';
import { decodeEnvelope, ENVELOPE_TYPE, encodeEnvelope, hasSenderOrStory } from './envelope.ts';
import { encodeServiceId } from './service-id.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const pni = bytesOf(16).map((uuid) => encodeServiceId({ kind: 'pni', uuid }));
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const envelope = fc.record(
  {
    type: fc.constantFrom(...Object.values(ENVELOPE_TYPE)),
    clientTimestamp: time,
    serverTimestamp: time,
    guid: bytesOf(16),
    destination: fc.oneof(bytesOf(16), pni),
    source: fc.record({ aci: fc.oneof(bytesOf(16), pni), device: fc.integer({ min: 1, max: 127 }) }),
    urgent: fc.boolean(),
    story: fc.constant(true as const),
    content: fc.uint8Array({ maxLength: 300 }).map(asBytes),
    updatedPni: bytesOf(16),
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

  it('has the bytes that the schema gives it', () => {
    fc.assert(
      fc.property(envelope, (value) => {
        const { clientTimestamp, serverTimestamp, guid, destination, source, ...rest } = value;
        const message = create(EnvelopeSchema, {
          ...rest,
          clientTimestamp: BigInt(clientTimestamp),
          serverTimestamp: BigInt(serverTimestamp),
          serverGuid: guid,
          destinationServiceId: destination,
          ...(source && { sourceServiceId: source.aci, sourceDevice: source.device }),
        });
        expect(encodeEnvelope(value)).toEqual(toBinary(EnvelopeSchema, message));
      }),
      { numRuns: 200 },
    );
  });

  it('has a sender, or is a story, exactly if that is found', () => {
    fc.assert(
      fc.property(envelope, (value) => {
        const isEither = value.source !== undefined || value.story === true;
        expect(hasSenderOrStory(encodeEnvelope(value))).toBe(isEither);
      }),
      { numRuns: 200 },
    );
    expect(hasSenderOrStory(Uint8Array.of(0x0a, 0x7f, 1))).toBe(true);
  });

  it.each([
    ['an ACI in the form of fixed width', Uint8Array.of(0, ...new Uint8Array(16))],
    ['no name at all', new Uint8Array(0)],
    ['a name that is too short', new Uint8Array(15)],
  ])('is not addressed to %s', (_name, destination) => {
    const bytes = encodeEnvelope({
      type: ENVELOPE_TYPE.sealed,
      clientTimestamp: 1,
      serverTimestamp: 1,
      guid: new Uint8Array(16),
      destination,
      urgent: true,
    });
    expect(() => decodeEnvelope(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
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
