import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationOf } from '../../test/_ask.ts';
import { type Asked, DAY, hashOf, NAMESPACES, syncStores, T0 } from '../../test/_sync-stores.ts';
import type { NodeStore } from './node-store.ts';

const { one, other, newcomer, box, forgetAll, itemsOf, apply, give, message, put, remove, seen } =
  syncStores();

describe('members that heard different things', () => {
  const number = fc.integer({ min: 1, max: 3 });
  const namespace = fc.constantFrom<number | 'all'>(40, 42, 'all');
  const later = fc.integer({ min: 1, max: 40 }).map((days) => T0 + days * DAY);
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), number, later }) },
    fc.record({
      kind: fc.constant('delete' as const),
      numbers: fc.array(number, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('delete_all' as const), namespace }),
    fc.record({
      kind: fc.constant('delete_before' as const),
      namespace,
      before: fc.integer({ min: 0, max: 5 }),
    }),
    fc.record({ kind: fc.constant('expire_all' as const), namespace, later }),
    fc.record({
      kind: fc.constant('expire' as const),
      mode: fc.constantFrom('set' as const, 'extend' as const, 'shorten' as const),
      numbers: fc.array(number, { minLength: 1, maxLength: 2 }),
      later,
    }),
  );
  type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;
  /** What, who hears of it, and how far the clock of the one that was asked is off. */
  const heard = fc.tuple(event, fc.constantFrom('one', 'other', 'both'), fc.integer({ min: 0, max: 20 }));

  function requestOf(asked: Exclude<Event, { kind: 'put' }>): Asked {
    switch (asked.kind) {
      case 'delete':
        return remove(...asked.numbers);
      case 'delete_all':
        return { method: 'delete_all', mailbox: box.mailbox, namespace: asked.namespace };
      case 'delete_before':
        return {
          method: 'delete_before',
          mailbox: box.mailbox,
          namespace: asked.namespace,
          before: T0 + asked.before,
        };
      case 'expire_all':
        return {
          method: 'expire_all',
          mailbox: box.mailbox,
          namespace: asked.namespace,
          expiry: asked.later,
        };
      case 'expire': {
        const hashes = asked.numbers.map(hashOf);
        return { method: 'expire', mailbox: box.mailbox, mode: asked.mode, hashes, expiries: [asked.later] };
      }
    }
  }

  async function hear(asked: Event, members: readonly NodeStore[], now: number): Promise<void> {
    const [entry] = members as [NodeStore];
    if (asked.kind === 'put') {
      const stored = message(asked.number, {
        namespace: NAMESPACES[asked.number % 2] ?? 40,
        timestamp: T0 + 2 * asked.number,
        expiry: asked.later,
      });
      const at = entry.messages.timeFor(stored, now);
      for (const member of members) await put(member, { ...stored, at }, now);
      return;
    }
    const operation = operationOf(requestOf(asked), now);
    const at = entry.operations.timeFor(operation, now);
    for (const member of members) {
      const overtakes = member === entry || asked.kind === 'delete' || asked.kind === 'expire';
      await member.write(() => member.operations.run(operation, { at, overtakes }, now));
    }
  }

  it('agree when each has told the other, and so does who comes later, in whatever order it hears', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(heard, { minLength: 1, maxLength: 14 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (events, shuffle) => {
          box.mailbox = randomBytes(33);
          for (const [index, [asked, who, skew]] of events.entries()) {
            const members = who === 'one' ? [one] : who === 'other' ? [other] : [one, other];
            await hear(asked, members, T0 + 10 * index + skew);
          }
          const now = T0 + 1_000;
          await give(one, other, now);
          await give(other, one, now);
          // What one of them has made of it all is the last word.
          await give(one, other, now);
          expect(seen(other, now)).toEqual(seen(one, now));
          const items = itemsOf(one, now).map((item) => ({ item, place: shuffle.next().value as number }));
          const shuffled = items.sort((a, b) => a.place - b.place);
          await Promise.all(shuffled.map(({ item }) => apply(newcomer, item, now)));
          expect(seen(newcomer, now)).toEqual(seen(one, now));
          await forgetAll();
        },
      ),
      { numRuns: 60 },
    );
  });
});
