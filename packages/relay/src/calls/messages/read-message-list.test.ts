import { asBytes, toBase64, utf8 } from '@sotto/bytes';
import { formatJson, formatMessageList, ProtocolError, parseJson, parseMessageList } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessageList, takePlainList } from './read-message-list.ts';

const content = fc.uint8Array({ minLength: 1, maxLength: 60 }).map(asBytes);
const list = fc.record({
  messages: fc.array(
    fc.record({
      type: fc.nat({ max: 255 }),
      destinationDeviceId: fc.integer({ min: 1, max: 127 }),
      destinationRegistrationId: fc.nat({ max: 0xffff_ffff }),
      content,
    }),
    { maxLength: 4 },
  ),
  timestamp: fc.nat({ max: 8_640_000_000_000_000 }),
  online: fc.boolean(),
  urgent: fc.boolean(),
});

/** What stands in a body at all, right or wrong. */
const number = fc.oneof(
  fc.nat({ max: 300 }).map(String),
  fc.constantFrom(
    '-1',
    '-0',
    '00',
    '01',
    '1.0',
    '1e2',
    '127',
    '128',
    '255',
    '256',
    '4294967295',
    '4294967296',
  ),
  fc.constantFrom('8640000000000000', '8640000000000001', '9007199254740993', '99999999999999999999'),
);
const text = fc.oneof(
  content.map((bytes) => `"${toBase64(bytes)}"`),
  content.map((bytes) => `"${toBase64(bytes).replace(/=+$/, '')}"`),
  fc.constantFrom(
    '""',
    '"A"',
    '"AA"',
    '"AB=="',
    '"AA="',
    '"AA==="',
    '"-_8="',
    '"+/8="',
    '"AA AA"',
    '"\\u0041AAA"',
    '"AAAA\\""',
  ),
  fc.constantFrom('"AAAé"', '"AAA\0"', '"====', '"AAAA', '"="'),
);
const value = fc.oneof(number, text, fc.constantFrom('true', 'false', 'null', '[]', '{}', 'tru', ''));
const space = fc.oneof({ weight: 20, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\n', ',', '}'));
const object = (members: readonly (readonly [string, fc.Arbitrary<string>])[]) =>
  fc
    .tuple(
      fc.shuffledSubarray(
        members.map((_, index) => index),
        { minLength: Math.max(0, members.length - 1) },
      ),
      fc.tuple(...members.map(([, right]) => fc.oneof({ weight: 12, arbitrary: right }, value))),
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('') },
        fc.constantFrom(',"type":1', ',"online":true', ',"x":1', ','),
      ),
      space,
    )
    .map(([order, values, more, gap]) => {
      const written = order.map((index) => `"${members[index]?.[0]}":${gap}${values[index]}`);
      return `{${written.join(',')}${more}}`;
    });
const message = object([
  ['type', fc.nat({ max: 255 }).map(String)],
  ['destinationDeviceId', fc.integer({ min: 1, max: 127 }).map(String)],
  ['destinationRegistrationId', fc.nat({ max: 16_383 }).map(String)],
  ['content', content.map((bytes) => `"${toBase64(bytes)}"`)],
]);
const body = fc
  .tuple(
    object([
      ['messages', fc.array(message, { maxLength: 3 }).map((messages) => `[${messages.join(',')}]`)],
      ['timestamp', fc.nat().map(String)],
      ['online', fc.boolean().map(String)],
      ['urgent', fc.boolean().map(String)],
    ]),
    space,
  )
  .map(([inner, after]) => utf8(inner + after));

const plainly = (bytes: Uint8Array) => takePlainList(parseJson(bytes));
const slowly = (bytes: Uint8Array) => parseMessageList(parseJson(bytes));
const outcomeOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return [error.code, error.field];
    throw error;
  }
};

describe('the body of a send', () => {
  it('is taken as it is when clients write it', () => {
    fc.assert(
      fc.property(list, (written) => {
        expect(plainly(formatJson(formatMessageList(written)))).toEqual(written);
      }),
    );
  });

  it('is read, or refused, as the schema does', () => {
    let plain = 0;
    fc.assert(
      fc.property(body, (bytes) => {
        const taken = outcomeOf(() => plainly(bytes));
        if (taken !== undefined && !Array.isArray(taken)) plain++;
        expect(outcomeOf(() => readMessageList(bytes))).toEqual(outcomeOf(() => slowly(bytes)));
      }),
      { numRuns: 1_500 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it('is read, or refused, as the schema does when a byte of it is damaged', () => {
    const damaged = fc.tuple(list, fc.nat(), fc.nat({ max: 255 })).map(([written, at, byte]) => {
      const bytes = formatJson(formatMessageList(written));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(damaged, (bytes) => {
        expect(outcomeOf(() => readMessageList(bytes))).toEqual(outcomeOf(() => slowly(bytes)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([127, 128])('may have 127 messages: %i', (count) => {
    const one = '{"type":1,"destinationDeviceId":1,"destinationRegistrationId":1,"content":"AAAA"}';
    const bytes = utf8(`{"messages":[${Array(count).fill(one).join(',')}]}`);
    expect(plainly(bytes)?.messages.length).toBe(count > 127 ? undefined : count);
    expect(outcomeOf(() => readMessageList(bytes))).toEqual(outcomeOf(() => slowly(bytes)));
  });
});
