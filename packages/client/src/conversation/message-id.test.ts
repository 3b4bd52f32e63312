import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMessageId, parseMessageId } from './message-id.ts';

describe('message ID', () => {
  it('comes back from its text', () => {
    const anyId = fc.record({
      author: fc.constant(`05${'ab'.repeat(32)}`),
      device: fc.integer({ min: 0, max: 127 }),
      sentAt: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(anyId, (id) => {
        expect(parseMessageId(formatMessageId(id))).toEqual(id);
      }),
    );
  });

  it('is undefined for any other text', () => {
    const author = `05${'ab'.repeat(32)}`;
    for (const text of [
      '',
      author,
      `${author}.1`,
      `${author}.128.1`,
      `${author}.1.0`,
      `04${author.slice(2)}.1.1`,
    ]) {
      expect(parseMessageId(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseMessageId(text)).toBeUndefined();
      }),
    );
  });
});
