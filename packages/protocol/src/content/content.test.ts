import { concatBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import {
  decodeContent,
  encodeContent,
  MAX_ATTACHMENTS,
  MAX_BODY_BYTES,
  MAX_CONTENT_BYTES,
} from './content.ts';

const time = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const content = fc.oneof(
  fc.record({
    dataMessage: fc.record({ body: text, timestamp: time }),
    sotto: fc.record({
      counter: time,
      chain: fc.nat({ max: 0x3fff }),
      name: text.map((name) => name.slice(0, 20)),
    }),
  }),
  fc.record({
    receiptMessage: fc.record({ type: fc.constant(0), timestamp: fc.array(time, { maxLength: 20 }) }),
  }),
);

describe('content', () => {
  it('comes back from its own encoding', () => {
    fc.assert(
      fc.property(content, (value) => {
        const decoded = decodeContent(encodeContent(value));
        expect(decodeContent(encodeContent(decoded))).toEqual(decoded);
        if ('dataMessage' in value) {
          expect(decoded.dataMessage?.body).toBe(value.dataMessage.body);
          expect(decoded.sotto?.counter).toBe(value.sotto.counter);
        } else expect(decoded.receiptMessage?.timestamp).toEqual(value.receiptMessage.timestamp);
      }),
      { numRuns: 100 },
    );
  });

  it('throws nothing but ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeContent(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a body over the limit on both sides, counted in bytes', () => {
    const largest = 'ä'.repeat(MAX_BODY_BYTES / 2);
    expect(decodeContent(encodeContent({ dataMessage: { body: largest } })).dataMessage?.body).toBe(largest);
    expect(() => encodeContent({ dataMessage: { body: `${largest}a` } })).toThrow(ProtocolError);
    expect(() => decodeContent(new Uint8Array(MAX_CONTENT_BYTES + 1))).toThrow(ProtocolError);
  });

  it('refuses more files than a message may have on both sides', () => {
    const files = (count: number) => ({
      dataMessage: { attachments: Array.from({ length: count }, () => ({ size: 1 })) },
    });
    const most = encodeContent(files(MAX_ATTACHMENTS));
    expect(decodeContent(most).dataMessage?.attachments).toHaveLength(MAX_ATTACHMENTS);
    expect(() => encodeContent(files(MAX_ATTACHMENTS + 1))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
    const joined = concatBytes(most, encodeContent(files(1)));
    expect(() => decodeContent(joined)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('refuses a content of two kinds on both sides', () => {
    const both = { dataMessage: { body: 'hello' }, receiptMessage: { timestamp: [1n] } };
    expect(() => encodeContent(both)).toThrow(expect.objectContaining({ code: 'malformed' }));
    const joined = concatBytes(
      encodeContent({ dataMessage: { body: 'hello' } }),
      encodeContent({ receiptMessage: { timestamp: [1n] } }),
    );
    expect(() => decodeContent(joined)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('skips fields it does not know', () => {
    const known = encodeContent({ dataMessage: { body: 'hello' } });
    const unknown = Uint8Array.of(...known, 0xba, 0x3e, 1, 7);
    expect(decodeContent(unknown).dataMessage?.body).toBe('hello');
  });
});
