import { describe, expect, it } from 'vitest';
import { ALL_LOSSES, ALL_STORES, loseDisks, loseMembers } from '../src/losses/lose-members.ts';
import { DURABLE, type LossCount } from '../src/losses/verdict.ts';
import { runHere, runProcess } from '../src/nodes/run-node.ts';

const FIVE = ALL_STORES.filter((up) => up.length === DURABLE);
/** One of each size: what fewer members hold must not be called durable. */
const FEWER = [4, 3, 2].map((count) => ALL_STORES.findLast((up) => up.length === count) ?? []);

function expectNothingLost({ missing, repeated, overclaimed }: LossCount): void {
  expect({ missing, repeated, overclaimed }).toEqual({ missing: [], repeated: [], overclaimed: 0 });
}

/** Seven of the 35, the last of which takes all members that held what fewer had stored. */
const SOME_LOSSES = ALL_LOSSES.filter((_, index) => index % 5 === 4);
const TIMEOUT = 480_000;

describe('a message that five of seven members have stored', () => {
  it(
    'comes once to who was away, whichever four are gone (21 × 7 choices; the long run tries all 35)',
    async () => {
      const count = await loseMembers({ run: runHere, stored: [...FIVE, ...FEWER], lost: SOME_LOSSES });
      expectNothingLost(count);
      expect(count.trials).toBe(21 * 7);
    },
    TIMEOUT,
  );

  it(
    'comes once also when processes die and their disks are lost (the long run loses all 35)',
    async () => {
      const lost = [0, 17, 34].map((index) => ALL_LOSSES[index] ?? []);
      const count = await loseDisks({ run: runProcess, stored: FIVE.slice(4, 7), lost });
      expectNothingLost(count);
      expect(count.trials).toBe(lost.length);
    },
    TIMEOUT,
  );
});
