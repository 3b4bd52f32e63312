import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newContact } from '../contacts/new-contact.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Contact, RoadWish } from '../ports/store.ts';
import { learnWays } from './learn-ways.ts';

const ACCOUNT = `05${'ab'.repeat(32)}`;
const FROM = { device: 1, registrationId: 7 };
const SILENT = { after: () => undefined } as unknown as Work;
const NOBODY = {} as Core;

function learnAll(wishes: readonly { readonly road: RoadWish; readonly sentAt: number }[]): Contact {
  return wishes.reduce<Contact>(
    (contact, ways) => learnWays(NOBODY, SILENT, contact, { from: FROM, ways }),
    newContact(ACCOUNT, 'accepted', 0),
  );
}

describe('the wishes of the other side', () => {
  it('are those of its newest message, in whatever order they come', () => {
    const road = fc.constantFrom<RoadWish>('auto', 'relay', 'onion');
    const wishes = fc
      .array(road, { minLength: 1, maxLength: 6 })
      .map((roads) => roads.map((each, index) => ({ road: each, sentAt: index + 1 })));
    const orders = wishes.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(orders, ([all, order]) => {
        expect(learnAll(order).theirRoad).toBe(all.at(-1)?.road);
      }),
      { numRuns: 200 },
    );
  });

  it('are not loosened by a message that was written before one that repeats them', () => {
    const [first, loose, again] = [
      { road: 'onion', sentAt: 1 },
      { road: 'auto', sentAt: 2 },
      { road: 'onion', sentAt: 3 },
    ] as const;
    expect(learnAll([first, again, loose]).theirRoad).toBe('onion');
  });
});
