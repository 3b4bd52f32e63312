import { type Bytes, equalBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAIL_CLASSES, MAIL_RETENTION, QUOTA } from '../constants.ts';
import type { Mailbox, MailClass, MailEntry, MailName, QueueName, Stamp } from '../mailbox.ts';

export interface MailboxUnderTest {
  /** Always the same, at first empty, mail of one test. */
  open(truths?: (account: Bytes) => readonly string[]): Promise<Mailbox>;
  /** Its mail goes. */
  remove(): Promise<void> | void;
  /** How often a property is tried: an engine that syncs for each step takes longer. */
  readonly runs: number;
}

const alice: QueueName = { account: new Uint8Array(16).fill(1), device: 1 };
const aliceTablet: QueueName = { ...alice, device: 2 };
const bob: QueueName = { account: new Uint8Array(16).fill(2), device: 1 };
const refused = { name: 'DatabaseError', code: 'refused' };
const closed = { name: 'DatabaseError', code: 'closed' };

let nextId = 0;

/** An entry whose ID nobody has had. */
export function entry(
  queue: QueueName,
  size = 3,
  mailClass: MailClass = 'contact',
  receivedAt = 0,
): MailEntry {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, ++nextId);
  return { queue, class: mailClass, id, receivedAt, envelope: new Uint8Array(size).fill(nextId) };
}

const nameOf = ({ queue, id }: MailEntry): MailName => ({ queue, id });

/** A stamp, one for each number, good until 2,000. */
function stampOf(number: number): Stamp {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return { name: bytes, use: bytes.map((byte) => byte ^ 1), until: 2_000 };
}

/** What every engine behind the port `Mailbox` must do. */
export function mailboxSuite(engine: string, make: () => Promise<MailboxUnderTest>): void {
  describe(`a mailbox on ${engine}`, () => {
    let under: MailboxUnderTest;
    let mailbox: Mailbox;
    const idsOf = async (queue: QueueName, after = 0): Promise<readonly Bytes[]> =>
      (await mailbox.read(queue, after, 1_000)).map(({ id }) => id);

    beforeEach(async () => {
      under = await make();
      mailbox = await under.open();
    });
    afterEach(async () => {
      await mailbox.close();
      await under.remove();
    });

    it('gives mail back in order, per device, after reopening too', async () => {
      const mail = [entry(alice), entry(bob), entry(alice), entry(aliceTablet), entry(alice)];
      await Promise.all(mail.map((one) => mailbox.append([one])));
      const expected = mail.filter(({ queue }) => queue === alice).map(({ id }) => id);
      expect(await idsOf(alice)).toEqual(expected);
      await mailbox.close();
      mailbox = await under.open();
      expect(await idsOf(alice)).toEqual(expected);
      expect(await idsOf(aliceTablet)).toHaveLength(1);
      const [first] = await mailbox.read(alice, 0, 1);
      expect(await idsOf(alice, first?.position)).toEqual(expected.slice(1));
      expect(await mailbox.read(alice, await mailbox.newest(alice), 10)).toEqual([]);
      expect(await mailbox.newestOf([bob, { ...bob, device: 9 }])).toEqual([await mailbox.newest(bob), 0]);
    });

    it('stores all entries of a call or none', async () => {
      const twin = entry(alice);
      await expect(mailbox.append([entry(bob), twin, twin])).rejects.toMatchObject(refused);
      await expect(mailbox.append([entry(bob), entry(alice, 0)])).rejects.toMatchObject(refused);
      expect(await idsOf(bob)).toEqual([]);
      expect(await mailbox.append([entry(bob), twin])).toEqual({ outcome: 'stored' });
    });

    it('stores nothing on a premise that is not true when its turn comes, and is held up by none', async () => {
      await mailbox.close();
      const truths = new Map([
        [alice.account, 'alice has one device'],
        [bob.account, 'bob has one device'],
      ]);
      mailbox = await under.open((account) =>
        [...truths].filter(([other]) => equalBytes(other, account)).map(([, text]) => text),
      );
      const [ofAlice, ofBob] = [...truths].map(([account, text]) => ({ account, text }));
      const premises = [ofAlice, ofBob].filter((premise) => premise !== undefined);
      expect(await mailbox.append([entry(alice)], premises)).toEqual({ outcome: 'stored' });
      const outcomes = [
        mailbox.append([entry(alice), entry(aliceTablet)], premises),
        mailbox.append([entry(bob)]),
        mailbox.append([entry(alice)], premises.slice(0, 1)),
        mailbox.append([entry(alice)], [{ account: alice.account, text: 'bob has one device' }]),
      ];
      // All have been asked for, and none of them has been carried out.
      truths.set(bob.account, 'bob has two devices');
      expect((await Promise.all(outcomes)).map(({ outcome }) => outcome)).toEqual([
        'outdated',
        'stored',
        'stored',
        'outdated',
      ]);
      expect(await idsOf(alice)).toHaveLength(2);
      expect(await idsOf(aliceTablet)).toEqual([]);
      expect(await mailbox.use(alice, 'contact')).toEqual({ count: 2, bytes: 6 });
    });

    it('holds strangers to a quota of their own', async () => {
      const large = QUOTA.request.bytes / 8;
      const fill = Array.from({ length: 8 }, () => entry(alice, large, 'request'));
      expect(await mailbox.append(fill)).toEqual({ outcome: 'stored' });
      expect(await mailbox.append([entry(bob), entry(alice, 1, 'request')])).toEqual({ outcome: 'full' });
      expect(await idsOf(bob)).toEqual([]);
      expect(await mailbox.append([entry(alice, QUOTA.request.bytes + 1)])).toEqual({ outcome: 'stored' });
      expect(await mailbox.append([entry(alice, 1, 'story')])).toEqual({ outcome: 'stored' });
      await mailbox.remove(alice, (await idsOf(alice)).slice(0, 1));
      expect(await mailbox.append([entry(alice, 1, 'request')])).toEqual({ outcome: 'stored' });
      expect(await mailbox.use(alice, 'request')).toEqual({ count: 8, bytes: large * 7 + 1 });
    });

    it('spends a stamp with what is stored and with nothing else, and knows a call that is made again', async () => {
      await mailbox.close();
      mailbox = await under.open(() => ['it is so']);
      const so = [{ account: alice.account, text: 'it is so' }];
      const stamp = stampOf(1);
      const [first, late] = [entry(alice, 3, 'request'), entry(alice)];
      const tooMuch = [entry(alice, QUOTA.request.bytes + 1, 'request')];
      expect(await mailbox.appendPaid(tooMuch, so, stamp)).toEqual({ outcome: 'full' });
      const wrong = [{ account: alice.account, text: 'it is not' }];
      expect(await mailbox.appendPaid([first], wrong, stamp)).toEqual({ outcome: 'outdated' });
      await expect(mailbox.appendPaid([late, late], so, stamp)).rejects.toMatchObject(refused);
      expect(await mailbox.appendPaid([first], so, stamp)).toEqual({ outcome: 'stored' });
      expect(await mailbox.appendPaid([late], so, stamp)).toEqual({ outcome: 'repeated' });
      expect(await mailbox.appendPaid(tooMuch, wrong, stamp)).toEqual({ outcome: 'repeated' });
      const otherwise = { ...stamp, use: stampOf(2).use };
      await mailbox.remove(alice, [first.id]);
      await mailbox.close();
      mailbox = await under.open(() => ['it is so']);
      expect(await mailbox.appendPaid([late], so, otherwise)).toEqual({ outcome: 'spent' });
      expect(await mailbox.appendPaid([late], so, stamp)).toEqual({ outcome: 'repeated' });
      expect(await idsOf(alice)).toEqual([]);
      expect(await mailbox.appendPaid([], [], stampOf(3))).toEqual({ outcome: 'stored' });
      expect(await mailbox.appendPaid([late], [], stampOf(3))).toEqual({ outcome: 'repeated' });
    });

    it('spends a stamp for one of several calls of the same turn, the first that is stored', async () => {
      const stamp = stampOf(1);
      const tooMuch = entry(alice, QUOTA.request.bytes + 1, 'request');
      const calls = [tooMuch, entry(alice), entry(alice), entry(bob)].map((one, index) =>
        mailbox.appendPaid([one], [], { ...stamp, use: stampOf(Math.max(index, 1)).use }),
      );
      calls.push(mailbox.appendPaid([entry(alice)], [], { ...stampOf(9), use: stampOf(1).use }));
      calls.push(mailbox.appendPaid([entry(bob)], [], stamp));
      expect((await Promise.all(calls)).map(({ outcome }) => outcome)).toEqual([
        'full',
        'stored',
        'spent',
        'spent',
        'stored',
        'repeated',
      ]);
      expect([await idsOf(alice), await idsOf(bob)]).toEqual([[expect.anything(), expect.anything()], []]);
    });

    it('forgets stamps when their time is over, not before', async () => {
      const stamps = Array.from({ length: 510 }, (_, index) => stampOf(index));
      for (const stamp of stamps) void mailbox.appendPaid([], [], stamp);
      const later = { ...stampOf(600), until: 2_001 };
      await mailbox.appendPaid([], [], later);
      await mailbox.expire(1_000);
      expect(await mailbox.appendPaid([], [], stampOf(0))).toEqual({ outcome: 'repeated' });
      expect(await mailbox.expire(2_001)).toBe(0);
      expect(await mailbox.appendPaid([], [], later)).toEqual({ outcome: 'repeated' });
      for (const stamp of [stampOf(0), stampOf(509)]) {
        expect(await mailbox.appendPaid([], [], stamp)).toEqual({ outcome: 'stored' });
      }
    });

    it('exchanges mail for what is owed for it, once, and neither without the other', async () => {
      const [mail, other] = [entry(alice, 5), entry(alice, 7)];
      await mailbox.append([mail, other]);
      const receipt = entry(bob);
      const tooMuch = entry(bob, QUOTA.request.bytes + 1, 'request');
      const wrong = [{ account: bob.account, text: 'it is not' }];
      expect(await mailbox.exchange(nameOf(mail), [tooMuch])).toEqual({ outcome: 'full' });
      expect(await mailbox.exchange(nameOf(mail), [receipt], wrong)).toEqual({ outcome: 'outdated' });
      await expect(mailbox.exchange(nameOf(mail), [receipt, receipt])).rejects.toMatchObject(refused);
      expect(await idsOf(alice)).toEqual([mail.id, other.id]);
      expect(await mailbox.use(alice, 'contact')).toEqual({ count: 2, bytes: 12 });
      expect(await mailbox.use(bob, 'contact')).toEqual({ count: 0, bytes: 0 });
      const outcomes = await Promise.all([
        mailbox.exchange(nameOf(mail), [receipt]),
        mailbox.exchange(nameOf(mail), [entry(bob)]),
        mailbox.exchange({ queue: bob, id: mail.id }, [entry(bob)]),
        mailbox.exchange({ queue: { ...bob, device: 9 }, id: mail.id }, [entry(bob)]),
      ]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'gone', 'gone', 'gone']);
      expect([await idsOf(alice), await idsOf(bob)]).toEqual([[other.id], [receipt.id]]);
      expect(await mailbox.use(alice, 'contact')).toEqual({ count: 1, bytes: 7 });
      expect(await mailbox.use(bob, 'contact')).toEqual({ count: 1, bytes: 3 });
      expect(await mailbox.queues(bob, 5)).toEqual([]);
      // The last of a queue for one in the same.
      expect(await mailbox.exchange(nameOf(other), [entry(alice, 2)])).toEqual({ outcome: 'stored' });
      expect(await mailbox.use(alice, 'contact')).toEqual({ count: 1, bytes: 2 });
    });

    it('gives a reader who follows each mail once, in order, and none that was not stored', async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }),
        fc.record({ do: fc.constant('fail' as const) }),
        fc.record({ do: fc.constant('remove' as const) }),
        fc.record({ do: fc.constant('clear' as const) }),
        fc.record({ do: fc.constant('start over' as const) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          await mailbox.clear(alice.account);
          let [cursor, kept] = [0, [] as Bytes[]];
          for (const one of steps) {
            const before = kept.length;
            if (one.do === 'append') {
              const mail = Array.from({ length: one.count }, () => entry(alice));
              await Promise.all(mail.map((each) => mailbox.append([each])));
              kept.push(...mail.map(({ id }) => id));
            } else if (one.do === 'fail') {
              const twin = entry(alice);
              await expect(mailbox.append([twin, twin])).rejects.toMatchObject(refused);
            } else if (one.do === 'remove') await mailbox.remove(alice, kept.splice(0, 1));
            else if (one.do === 'clear') await mailbox.clear(alice.account);
            if (one.do === 'clear') kept = [];
            const expected = one.do === 'start over' ? kept : kept.slice(before);
            const read = await mailbox.read(alice, one.do === 'start over' ? 0 : cursor, 1_000);
            expect(read.map(({ id }) => id)).toEqual(expected);
            cursor = read.at(-1)?.position ?? cursor;
          }
        }),
        { numRuns: under.runs },
      );
    });

    it('keeps its sums equal to its rows, whatever happens', async () => {
      const step = fc.oneof(
        fc.record({
          do: fc.constant('append' as const),
          size: fc.integer({ min: 1, max: 50 }),
          class: fc.constantFrom(...MAIL_CLASSES),
        }),
        fc.record({ do: fc.constant('remove' as const), index: fc.nat({ max: 5 }) }),
        fc.record({ do: fc.constant('fail' as const), class: fc.constantFrom(...MAIL_CLASSES) }),
        fc.record({ do: fc.constant('clear' as const) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          await mailbox.clear(alice.account);
          for (const one of steps) {
            if (one.do === 'append') await mailbox.append([entry(alice, one.size, one.class)]);
            if (one.do === 'remove')
              await mailbox.remove(alice, (await idsOf(alice)).slice(one.index, one.index + 1));
            if (one.do === 'clear') await mailbox.clear(alice.account, 1);
            if (one.do === 'fail') {
              const twin = entry(alice, 3, one.class);
              await expect(mailbox.append([twin, twin])).rejects.toMatchObject(refused);
            }
          }
          const mail = await mailbox.read(alice, 0, 1_000);
          const used = await Promise.all(MAIL_CLASSES.map((name) => mailbox.use(alice, name)));
          expect(used.reduce((sum, { count }) => sum + count, 0)).toBe(mail.length);
          expect(used.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
            mail.reduce((sum, { envelope }) => sum + envelope.length, 0),
          );
        }),
        { numRuns: under.runs },
      );
    });

    it('removes a lot in parts, and nothing that came after it was told', async () => {
      await mailbox.append(Array.from({ length: 3_000 }, () => entry(alice)));
      const late = entry(alice);
      await Promise.all([mailbox.clear(alice.account), mailbox.append([late, entry(bob)])]);
      expect(await idsOf(alice)).toEqual([late.id]);
      expect((await mailbox.use(alice, 'contact')).count).toBe(1);
      expect(await mailbox.expire(MAIL_RETENTION + 1)).toBe(2);
    });

    it('expires mail by age and clears by account', async () => {
      await mailbox.append([
        entry(alice, 1, 'contact', 1_000),
        entry(alice, 1, 'contact', 5_000),
        entry(aliceTablet),
      ]);
      expect(await mailbox.expire(4_000 + MAIL_RETENTION)).toBe(2);
      expect(await idsOf(alice)).toHaveLength(1);
      await mailbox.append([entry(aliceTablet), entry(bob)]);
      await mailbox.clear(alice.account);
      expect([...(await idsOf(alice)), ...(await idsOf(aliceTablet))]).toEqual([]);
      expect(await idsOf(bob)).toHaveLength(1);
    });

    it('reads no more than about a mebibyte at once, and one entry however large', async () => {
      await mailbox.append([entry(alice, 2 ** 20 + 1), entry(alice, 600_000), entry(alice, 600_000)]);
      const [first] = await mailbox.read(alice, 0, 10);
      expect(await mailbox.read(alice, 0, 10)).toHaveLength(1);
      expect(await mailbox.read(alice, first?.position ?? 0, 10)).toHaveLength(1);
    });

    it('judges each call by itself, whatever others of the same turn ask', async () => {
      const stored = entry(bob);
      await mailbox.append([stored]);
      const [twin, whole] = [entry(alice), entry(alice)];
      const calls = [
        [entry(alice)],
        [entry(alice, QUOTA.request.bytes + 1, 'request'), entry(bob)],
        [entry(bob), stored],
        [twin],
        [twin, entry(bob)],
        [entry(bob, 0)],
        [whole, entry(bob)],
      ];
      const settled = await Promise.allSettled(calls.map((entries) => mailbox.append(entries)));
      const outcomes = settled.map((one) =>
        one.status === 'fulfilled' ? one.value.outcome : one.reason.code,
      );
      expect(outcomes).toEqual(['stored', 'full', 'refused', 'stored', 'refused', 'refused', 'stored']);
      expect(await idsOf(alice)).toEqual([calls[0]?.[0]?.id, twin.id, whole.id]);
      expect(await idsOf(bob)).toEqual([stored.id, calls[6]?.[1]?.id]);
      expect(await mailbox.use(bob, 'contact')).toEqual({ count: 2, bytes: 6 });
    });

    it('says how far many queues go, in the order in which it is asked', async () => {
      expect(await mailbox.newestOf([])).toEqual([]);
      await mailbox.append([entry(alice), entry(bob), entry(alice)]);
      await mailbox.remove(bob, await idsOf(bob));
      const many = Array.from({ length: 6_000 }, (_, index) => ({ account: bob.account, device: index + 2 }));
      const newest = await mailbox.newestOf([bob, ...many, alice, aliceTablet, alice]);
      const last = await mailbox.newest(alice);
      expect(last).toBeGreaterThan(0);
      expect(newest).toEqual([0, ...many.map(() => 0), last, 0, last]);
      expect((await mailbox.read(alice, 0, 10)).at(-1)?.position).toBe(last);
    });

    it('lists queues, a few at a time, and empties one up to where it ended then', async () => {
      expect(await mailbox.queues(undefined, 5)).toEqual([]);
      await mailbox.append([entry(bob), entry(aliceTablet), entry(alice), entry(alice)]);
      const first = await mailbox.queues(undefined, 2);
      expect(first.map(({ queue }) => queue)).toEqual([alice, aliceTablet]);
      const [last] = await mailbox.queues(aliceTablet, 2);
      expect(last).toEqual({ queue: bob, end: await mailbox.newest(bob) });
      expect(await mailbox.queues(bob, 2)).toEqual([]);
      const later = entry(alice);
      await mailbox.append([later]);
      await mailbox.clear(alice.account, 1, first[0]?.end);
      expect([await idsOf(alice), await idsOf(aliceTablet)]).toEqual([[later.id], [expect.anything()]]);
    });

    it('never gives a position twice, not even after a queue was emptied for good', async () => {
      let last = 0;
      for (let round = 0; round < 4; round++) {
        await mailbox.append([entry(alice), entry(alice)]);
        const positions = (await mailbox.read(alice, last, 10)).map(({ position }) => position);
        expect(positions).toHaveLength(2);
        expect(positions[0]).toBeGreaterThan(last);
        expect(positions[1]).toBeGreaterThan(positions[0] ?? 0);
        expect(Number.isSafeInteger(positions[1])).toBe(true);
        last = positions[1] ?? 0;
        if (round % 2 === 0) await mailbox.clear(alice.account);
        else await mailbox.remove(alice, await idsOf(alice));
      }
    });

    it('removes what is there of what it is told, once', async () => {
      const [mine, theirs] = [entry(alice), entry(bob)];
      await mailbox.append([mine, theirs]);
      await Promise.all([
        mailbox.remove(alice, [mine.id, mine.id, theirs.id, entry(alice).id]),
        mailbox.remove(alice, [mine.id]),
        mailbox.remove(aliceTablet, [mine.id]),
        mailbox.remove(alice, []),
      ]);
      expect([await idsOf(alice), await idsOf(bob)]).toEqual([[], [theirs.id]]);
      expect(await mailbox.use(alice, 'contact')).toEqual({ count: 0, bytes: 0 });
    });

    it('refuses everything once closed, and finishes what was begun before', async () => {
      const begun = mailbox.append([entry(alice)]);
      await mailbox.close();
      expect(await begun).toEqual({ outcome: 'stored' });
      await expect(mailbox.append([entry(alice)])).rejects.toMatchObject(closed);
      await expect(mailbox.appendPaid([], [], stampOf(1))).rejects.toMatchObject(closed);
      await expect(mailbox.exchange(nameOf(entry(alice)), [entry(bob)])).rejects.toMatchObject(closed);
      await expect(mailbox.remove(alice, [entry(alice).id])).rejects.toMatchObject(closed);
      await expect(mailbox.expire(0)).rejects.toMatchObject(closed);
      await expect(mailbox.clear(alice.account)).rejects.toMatchObject(closed);
      await expect(mailbox.read(alice, 0, 1)).rejects.toMatchObject(closed);
      await expect(mailbox.newest(alice)).rejects.toMatchObject(closed);
      await expect(mailbox.newestOf([alice])).rejects.toMatchObject(closed);
      await expect(mailbox.queues(alice, 1)).rejects.toMatchObject(closed);
      await expect(mailbox.use(alice, 'contact')).rejects.toMatchObject(closed);
      await mailbox.close();
      mailbox = await under.open();
      expect(await idsOf(alice)).toHaveLength(1);
    });
  });
}
