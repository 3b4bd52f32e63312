import { encodeContent, ReceiptMessage_Type, SottoContext_Road, TypingMessage_Action } from '@sotto/protocol';
import { encodePointer, makeFile } from '@sotto/shards';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from './read-content.ts';

const NOW = 1_800_000_000_000;
const times = { now: NOW, serverTime: NOW };
const text = (more: object = {}, sotto: object = {}) =>
  encodeContent({ dataMessage: { body: 'hi', timestamp: BigInt(NOW), ...more }, sotto });

describe('reading a content', () => {
  it('throws nothing, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const said = readContent(new Uint8Array(bytes), times);
        expect(['text', 'receipt', 'typing', 'acceptance', 'ways', 'nothing', 'refused']).toContain(
          said.kind,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('takes a text of a client that does not count', () => {
    expect(readContent(text(), times)).toEqual({
      kind: 'text',
      text: 'hi',
      files: [],
      sentAt: NOW,
      introduction: {},
      ways: { sentAt: NOW },
      accepted: false,
    });
  });

  it('bounds the time by the later clock, and refuses none at all', () => {
    const day = 24 * 60 * 60 * 1000;
    const far = text({ timestamp: BigInt(NOW + 8 * day) });
    expect(readContent(far, times)).toEqual({ kind: 'refused', reason: 'implausible-time' });
    expect(readContent(far, { now: NOW, serverTime: NOW + 2 * day })).toMatchObject({ kind: 'text' });
    expect(readContent(text({ timestamp: 0n }), times)).toMatchObject({ kind: 'refused' });
    expect(readContent(text({ timestamp: 2n ** 60n }), times)).toMatchObject({ kind: 'refused' });
  });

  it('refuses a place that cannot be one', () => {
    const places = [
      { counter: 2n ** 60n, chain: 5 },
      // The one behind it could not be told from it, and not be stored.
      { counter: BigInt(Number.MAX_SAFE_INTEGER), chain: 5 },
      { counter: 2n ** 32n, chain: 5 },
      { counter: 1n, chain: 0 },
      { counter: 1n, chain: 0x4000 },
      { counter: 2n, chain: 5, previousHash: new Uint8Array(31) },
    ];
    for (const sotto of places)
      expect(readContent(text({}, sotto), times)).toMatchObject({ kind: 'refused' });
  });

  it('goes by when a text got its place, within reason', () => {
    const at = (countedAt?: bigint) => {
      const said = readContent(
        text({}, { counter: 3n, chain: 5, ...(countedAt ? { countedAt } : {}) }),
        times,
      );
      return said.kind === 'text' ? said.place?.at : undefined;
    };
    expect([at(), at(BigInt(NOW + 9)), at(BigInt(NOW - 9))]).toEqual([NOW, NOW + 9, NOW]);
    expect(at(2n ** 60n)).toBe(NOW);
    expect(at(BigInt(NOW) * 2n)).toBe(NOW + 7 * 86_400_000);
  });

  it('takes files with and without a text, and shows those that it cannot have', () => {
    const { pointer } = makeFile({ seed: new Uint8Array(32), size: 5 }).finish([new Uint8Array(32)]);
    const ours = {
      ...encodePointer(pointer),
      fileName: '../a\u202e.txt',
      contentType: 'Text/Plain',
      width: 3,
      height: 0,
    };
    const theirs = { contentType: 'image/png', size: 77, width: 640, height: 480 };
    const said = readContent(text({ body: '', attachments: [ours, theirs] }), times);
    expect(said).toMatchObject({
      kind: 'text',
      text: '',
      files: [
        { name: 'a.txt', type: 'text/plain', size: 5 },
        { type: 'image/png', size: 77, width: 640, height: 480, attachment: new Uint8Array(0) },
      ],
    });
    expect(said).not.toHaveProperty('files.0.width');
  });

  it('cleans names and ignores profile keys of a wrong length', () => {
    const said = readContent(text({ profileKey: new Uint8Array(31) }, { name: '\u202eBob\n\u0000 ' }), times);
    expect(said).toMatchObject({ introduction: { name: 'Bob' } });
    expect(said).not.toHaveProperty('introduction.profileKey');
  });

  it('takes of the ways what was said, and nothing with a time that cannot be', () => {
    const mailbox = new Uint8Array(33).fill(3);
    const ways = (sotto: object, more: object = {}) => {
      const said = readContent(
        encodeContent({ dataMessage: { timestamp: BigInt(NOW), ...more }, sotto }),
        times,
      );
      return said.kind === 'ways' ? said.ways : said.kind;
    };
    expect(ways({ road: SottoContext_Road.ONION })).toEqual({ sentAt: NOW, road: 'onion' });
    expect(ways({ road: SottoContext_Road.AUTO, mailbox })).toEqual({ sentAt: NOW, road: 'auto', mailbox });
    expect(ways({ chain: 5 })).toBe('nothing');
    expect(ways({ mailbox: mailbox.slice(1) })).toBe('nothing');
    expect(ways({ mailbox: new Uint8Array(33).fill(5) })).toBe('nothing');
    expect(ways({ mailbox }, { timestamp: BigInt(NOW + 8 * 86_400_000) })).toBe('nothing');
    expect(ways({ mailbox }, { timestamp: 0n })).toBe('nothing');
  });

  it('knows the devices of receipts, and refuses a list that does not match', () => {
    const receipt = (receiptDevices: number[]) =>
      readContent(
        encodeContent({ receiptMessage: { timestamp: [5n, 6n] }, sotto: { receiptDevices } }),
        times,
      );
    expect(receipt([2, 3])).toEqual({
      kind: 'receipt',
      receipt: 'delivery',
      messages: [
        { device: 2, sentAt: 5 },
        { device: 3, sentAt: 6 },
      ],
    });
    expect(receipt([])).toMatchObject({ messages: [{ device: 1 }, { device: 1 }] });
    expect(receipt([1])).toMatchObject({ kind: 'refused' });
    const many = encodeContent({ receiptMessage: { timestamp: Array<bigint>(501).fill(5n) } });
    expect(readContent(many, times)).toMatchObject({ kind: 'refused' });
  });

  it('tells that something was read from that it came, and does not know that it was viewed', () => {
    const receipt = (type: ReceiptMessage_Type) =>
      readContent(encodeContent({ receiptMessage: { type, timestamp: [5n] } }), times);
    expect(receipt(ReceiptMessage_Type.READ)).toMatchObject({ kind: 'receipt', receipt: 'read' });
    expect(receipt(ReceiptMessage_Type.VIEWED)).toEqual({ kind: 'nothing' });
  });

  it('hears who types in this chat, and nothing of groups', () => {
    const typing = (action: number, groupId = new Uint8Array(0)) =>
      readContent(encodeContent({ typingMessage: { timestamp: 5n, action, groupId } }), times);
    expect(typing(TypingMessage_Action.STARTED)).toEqual({ kind: 'typing', typing: true });
    expect(typing(TypingMessage_Action.STOPPED)).toEqual({ kind: 'typing', typing: false });
    expect(typing(TypingMessage_Action.STARTED, new Uint8Array(32))).toEqual({ kind: 'nothing' });
  });
});
