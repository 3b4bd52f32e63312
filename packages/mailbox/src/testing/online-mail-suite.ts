import type { Bytes } from '@sotto/bytes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ONLINE_PER_QUEUE } from '../constants.ts';
import type { QueueName } from '../mailbox.ts';
import type { OnlineEntry, OnlineMail } from '../online-mail.ts';

/** Two ends of the same mail: of two processes, or twice the same where there is only one. */
export interface OnlineMailUnderTest {
  readonly here: OnlineMail;
  readonly there: OnlineMail;
}

const alice: QueueName = { account: new Uint8Array(16).fill(1), device: 1 };
const aliceTablet: QueueName = { ...alice, device: 12 };
const bob: QueueName = { account: new Uint8Array(16).fill(2), device: 1 };
const closed = { name: 'DatabaseError', code: 'closed' };

let nextId = 0;
function entry(queue: QueueName, until = 100, size = 3): OnlineEntry {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, ++nextId);
  return { queue, id, until, envelope: new Uint8Array(size).fill(nextId) };
}

/** What every engine behind the port `OnlineMail` must do. */
export function onlineMailSuite(engine: string, make: () => Promise<OnlineMailUnderTest>): void {
  describe(`mail for whoever is connected, ${engine}`, () => {
    let here: OnlineMail;
    let there: OnlineMail;
    const take = async (queue: QueueName, now = 0): Promise<readonly Bytes[]> =>
      (await there.take(queue, now)).map(({ id }) => id);
    const idsOf = (entries: readonly OnlineEntry[]): readonly Bytes[] => entries.map(({ id }) => id);

    beforeEach(async () => {
      ({ here, there } = await make());
    });
    afterEach(async () => {
      await here.close();
      await there.close();
    });

    it('is given to the device that it is for, once, in its order', async () => {
      const mail = Array.from({ length: 5 }, () => entry(alice));
      await here.put([...mail.slice(0, 2), entry(bob), entry(aliceTablet)]);
      for (const one of mail.slice(2)) await here.put([one]);
      const taken = await there.take(alice, 0);
      expect(taken).toEqual(mail.map(({ id, envelope }) => ({ id, envelope })));
      expect([await take(alice), await take(bob)]).toEqual([[], [expect.anything()]]);
      await here.put([]);
    });

    it('is given to one of those who ask at the same moment', async () => {
      await here.put([entry(alice), entry(alice)]);
      const takes = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? here : there).take(alice, 0));
      const taken = await Promise.all(takes);
      expect(taken.flat()).toHaveLength(2);
      expect(taken.filter((mail) => mail.length > 0)).toHaveLength(1);
    });

    it('is not given to anybody when its time is over', async () => {
      const [short, long] = [entry(alice, 50), entry(alice, 100)];
      await here.put([short, long]);
      expect(await take(alice, 50)).toEqual([long.id]);
      await here.put([entry(alice, 50), entry(bob, 50), long]);
      await here.expire(50);
      // Even for one whose clock is slow.
      expect([await take(alice, 0), await take(bob, 0)]).toEqual([[long.id], []]);
    });

    it('is forgotten with its device or its account', async () => {
      const [own, tablet, other] = [entry(alice), entry(aliceTablet), entry(bob)];
      await here.put([own, tablet, other]);
      await here.clear(alice.account, 1);
      expect([await take(alice), await take(aliceTablet)]).toEqual([[], [tablet.id]]);
      await here.put([own, tablet]);
      await here.clear(alice.account);
      expect([await take(alice), await take(aliceTablet), await take(bob)]).toEqual([[], [], [other.id]]);
    });

    it('is dropped where there is no room, or it is there already', async () => {
      const mail = Array.from({ length: ONLINE_PER_QUEUE + 3 }, () => entry(alice));
      for (const one of mail) await here.put([one]);
      await here.put([mail[0] as OnlineEntry, entry(bob)]);
      expect(await take(alice)).toEqual(idsOf(mail.slice(0, ONLINE_PER_QUEUE)));
      const again = entry(alice);
      await here.put([again]);
      await here.put([again]);
      expect(await take(alice)).toEqual([again.id]);
    });

    it('refuses everything once closed', async () => {
      await here.close();
      await expect(here.put([entry(alice)])).rejects.toMatchObject(closed);
      await expect(here.take(alice, 0)).rejects.toMatchObject(closed);
      await expect(here.clear(alice.account)).rejects.toMatchObject(closed);
      await expect(here.expire(0)).rejects.toMatchObject(closed);
      await here.close();
    });
  });
}
