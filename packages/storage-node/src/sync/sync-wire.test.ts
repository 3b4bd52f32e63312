import { type Bytes, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { SYNC } from '../constants.ts';
import { bucketOf, compareIds } from './sync-id.ts';
import {
  decodeFates,
  decodeIdsReply,
  decodeItemsReply,
  decodeSummaryReply,
  decodeSyncRequest,
  encodeFates,
  encodeIdsReply,
  encodeItemsReply,
  encodeSummaryReply,
  encodeSyncRequest,
  FATE,
  type SyncRequest,
} from './sync-wire.ts';

const id = (...start: readonly number[]): Bytes =>
  Uint8Array.of(...start, ...new Uint8Array(16 - start.length));

describe('a question', () => {
  const questions: readonly SyncRequest[] = [
    { kind: 'summary', root: randomBytes(32) },
    { kind: 'ids', buckets: [0, 17, 4095], after: undefined },
    { kind: 'ids', buckets: [3], after: randomBytes(16) },
    { kind: 'items', ids: [randomBytes(16), randomBytes(16)] },
    { kind: 'offer', ids: [randomBytes(16)] },
    { kind: 'give', items: [randomBytes(1), randomBytes(500)] },
  ];

  it('is read as it was written', () => {
    for (const question of questions)
      expect(decodeSyncRequest(encodeSyncRequest(question))).toEqual(question);
  });

  it('that breaks a rule is none', () => {
    const tooMany = Array.from({ length: SYNC.itemsAtOnce + 1 }, () => randomBytes(16));
    const broken: readonly Uint8Array[] = [
      ...questions.map((question) => encodeSyncRequest(question).subarray(0, -1)),
      encodeSyncRequest({ kind: 'summary', root: randomBytes(31) }),
      encodeSyncRequest({ kind: 'ids', buckets: [2, 1], after: undefined }),
      encodeSyncRequest({ kind: 'ids', buckets: [1, 1], after: undefined }),
      encodeSyncRequest({ kind: 'ids', buckets: [4096], after: undefined }),
      encodeSyncRequest({ kind: 'ids', buckets: [], after: undefined }),
      encodeSyncRequest({ kind: 'ids', buckets: [1], after: randomBytes(15) }),
      encodeSyncRequest({ kind: 'items', ids: [] }),
      encodeSyncRequest({ kind: 'items', ids: [randomBytes(15)] }),
      encodeSyncRequest({ kind: 'items', ids: tooMany }),
      encodeSyncRequest({ kind: 'give', items: tooMany }),
      encodeSyncRequest({ kind: 'give', items: [] }),
      utf8('l4:whate'),
      utf8('le'),
    ];
    for (const body of broken) expect(decodeSyncRequest(body)).toBeUndefined();
  });
});

describe('an answer', () => {
  it('is read as it was written', () => {
    expect(decodeSummaryReply(encodeSummaryReply(undefined))).toEqual({ same: true });
    const digests = randomBytes(65_536);
    const differing = decodeSummaryReply(encodeSummaryReply(digests));
    expect(differing?.same === false && Buffer.compare(differing.digests, digests)).toBe(0);
    expect(decodeSummaryReply(encodeSummaryReply(digests.subarray(1)))).toBeUndefined();
    const items = [randomBytes(3), undefined, randomBytes(1)];
    expect(decodeItemsReply(encodeItemsReply(items), 3)).toEqual(items);
    expect(decodeItemsReply(encodeItemsReply(items), 2)).toBeUndefined();
    expect(decodeItemsReply(encodeItemsReply([]), 2)).toBeUndefined();
    const fates = [FATE.wanted, FATE.settled, FATE.refused];
    expect(decodeFates(encodeFates(fates), 3)).toEqual(fates);
    expect(decodeFates(encodeFates(fates), 2)).toBeUndefined();
    expect(decodeFates(utf8('l5:fates1:\u0003e'), 1)).toBeUndefined();
  });

  it('with IDs is taken only when it is of the buckets asked, ascending, and gets on', () => {
    const asked = { kind: 'ids', buckets: [0, 1], after: id(0, 5) } as const;
    const good = [id(0, 6), id(0, 0x10), id(0, 0x11)];
    expect(good.map(bucketOf)).toEqual([0, 1, 1]);
    expect(decodeIdsReply(encodeIdsReply({ ids: good, more: true }), asked)).toEqual({
      ids: good,
      more: true,
    });
    expect(decodeIdsReply(encodeIdsReply({ ids: [], more: false }), asked)).toEqual({ ids: [], more: false });
    const bad = [
      { ids: [id(0, 0x20)], more: false },
      { ids: [id(0, 5)], more: false },
      { ids: [id(0, 6), id(0, 6)], more: false },
      { ids: [...good].reverse(), more: false },
      { ids: [], more: true },
      { ids: [randomBytes(15)], more: false },
    ];
    for (const reply of bad) expect(decodeIdsReply(encodeIdsReply(reply), asked)).toBeUndefined();
    const endless = Array.from({ length: SYNC.idsAtOnce + 1 }, (_, index) => {
      const one = id(0, 7);
      new DataView(one.buffer).setUint32(12, index);
      return one;
    }).sort(compareIds);
    expect(decodeIdsReply(encodeIdsReply({ ids: endless, more: true }), asked)).toBeUndefined();
  });
});
