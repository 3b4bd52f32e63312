import { utf8 } from '@sotto/bytes';
import type { Hex } from '@sotto/directory/chain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_VOTES } from '../constants.ts';
import { type Ballot, formatBallot, parseBallot } from './ballot.ts';
import { BallotBox } from './ballot-box.ts';

const ballot: Ballot = { node: 3n, epoch: 7n, reason: 1, signature: `0x${'ab'.repeat(65)}` };

function voter(number: number): Hex {
  return `0x${number.toString(16).padStart(40, '0')}`;
}

describe('a ballot', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (node, epoch) => {
          expect(parseBallot(formatBallot({ ...ballot, node, epoch }))).toEqual({ ...ballot, node, epoch });
        },
      ),
    );
  });

  it('is nothing else', () => {
    const bent = (over: object) =>
      parseBallot(
        utf8(JSON.stringify({ ...JSON.parse(Buffer.from(formatBallot(ballot)).toString()), ...over })),
      );
    expect(bent({})).toEqual(ballot);
    for (const over of [
      { node: 3 },
      { node: '-1' },
      { epoch: '18446744073709551616' },
      { reason: 0 },
      { reason: 3 },
      { signature: '0x' },
    ]) {
      expect(bent(over)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseBallot(utf8(text))).toBeUndefined();
      }),
    );
  });
});

describe('the box of ballots', () => {
  it('counts a voter once, and only those of the quorum', () => {
    const box = new BallotBox();
    for (const number of [1, 1, 2, 9]) box.put(ballot, voter(number));
    const quorum = [3, 2, 1].map((number) => ({ voteKey: voter(number) }));
    expect(box.votes(ballot, quorum).map(({ seat }) => seat)).toEqual([1, 2]);
    expect(box.votes({ ...ballot, reason: 2 }, quorum)).toEqual([]);
    expect(box.votes({ ...ballot, epoch: 8n }, quorum)).toEqual([]);
  });

  it('has room for so many and forgets what is closed', () => {
    const box = new BallotBox();
    for (let number = 1; number <= MAX_VOTES; number++) expect(box.put(ballot, voter(number))).toBe(true);
    expect(box.put(ballot, voter(MAX_VOTES + 1))).toBe(false);
    box.keepOnly(new Set([ballot.node]), 7n);
    expect(box.has(ballot, voter(1))).toBe(true);
    box.keepOnly(new Set([ballot.node]), 8n);
    expect(box.has(ballot, voter(1))).toBe(false);
    box.put(ballot, voter(1));
    box.keepOnly(new Set(), 0n);
    expect(box.has(ballot, voter(1))).toBe(false);
  });
});
