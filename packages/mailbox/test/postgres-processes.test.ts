import type { Bytes } from '@sotto/bytes';
import { DatabaseError, openPostgres } from '@sotto/database';
import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAIL_RETENTION, type Mailbox, openPostgresMailbox, QUOTA, type QueueName } from '../src/index.ts';
import { entry } from '../src/testing.ts';

const DEVICES = [1, 2, 3] as const;
const queueOf = (account: number, device: number): QueueName => ({
  account: new Uint8Array(16).fill(account),
  device,
});
const alice = queueOf(1, 1);
const bob = queueOf(2, 1);
const hexOf = (id: Bytes): string => Buffer.from(id).toString('hex');

let server: PostgresServer;
let url: string;
let here: Mailbox;
let there: Mailbox;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  [here, there] = [await openPostgresMailbox({ url }), await openPostgresMailbox({ url })];
});
afterEach(async () => {
  await Promise.all([here.close(), there.close()]);
});

async function readAll(mailbox: Mailbox, queue: QueueName): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after = 0; ; ) {
    const page = await mailbox.read(queue, after, 1_000);
    if (page.length === 0) return ids;
    ids.push(...page.map(({ id }) => hexOf(id)));
    after = page.at(-1)?.position ?? after;
  }
}

describe('a mailbox that several processes have open', () => {
  it('shows mail in the order of positions: a reader who follows misses none and has none twice', async () => {
    const sent: string[] = [];
    const write = async (mailbox: Mailbox): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        const entries = Array.from({ length: 4 }, () => entry(alice));
        sent.push(...entries.map(({ id }) => hexOf(id)));
        await Promise.all(entries.map((one) => mailbox.append([one, entry(bob)])));
      }
    };
    let isOver = false;
    const followed: { position: number; id: string }[] = [];
    const follow = async (mailbox: Mailbox): Promise<void> => {
      for (let last = false; ; last = isOver) {
        const page = await mailbox.read(alice, followed.at(-1)?.position ?? 0, 7);
        followed.push(...page.map(({ position, id }) => ({ position, id: hexOf(id) })));
        if (last && page.length === 0) return;
      }
    };
    const following = follow(there);
    await Promise.all([write(here), write(there)]);
    isOver = true;
    await following;
    expect(followed.map(({ id }) => id).toSorted()).toEqual(sent.toSorted());
    const positions = followed.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  it('keeps quotas to the last entry', async () => {
    const room = 10;
    await here.append(Array.from({ length: QUOTA.request.count - room }, () => entry(alice, 1, 'request')));
    const appends = Array.from({ length: 30 }, (_, index) =>
      (index % 2 === 0 ? here : there).append([entry(alice, 1, 'request'), entry(bob, 1)]),
    );
    const outcomes = (await Promise.all(appends)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(room);
    expect((await there.use(alice, 'request')).count).toBe(QUOTA.request.count);
    expect((await here.use(bob, 'contact')).count).toBe(room);
  });

  it('spends a stamp once, whichever of them is asked in the same moment', async () => {
    const stamps = Array.from({ length: 40 }, (_, index) => new Uint8Array(32).fill(index));
    const pay = async (
      mailbox: Mailbox,
      number: number,
      order: readonly Bytes[],
    ): Promise<readonly string[]> => {
      const use = new Uint8Array(32).fill(number);
      const paid = order.map((name) =>
        mailbox.appendPaid([entry(queueOf(number, 1))], [], { name, use, until: 1 }),
      );
      return (await Promise.all(paid)).map(({ outcome }) => outcome);
    };
    const [first, second, again] = await Promise.all([
      pay(here, 1, stamps),
      pay(there, 2, stamps.toReversed()),
      pay(there, 1, stamps.toReversed()),
    ]);
    const outcomes = [...first, ...second, ...again];
    const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
    expect(count('stored')).toBe(40);
    expect(count('spent') + count('repeated')).toBe(80);
    const kept = [...(await readAll(here, alice)), ...(await readAll(here, bob))];
    expect(kept).toHaveLength(40);
  });

  it('exchanges each mail once, and nobody waits in a circle', async () => {
    const mail = Array.from({ length: 60 }, (_, index) => entry(index % 2 === 0 ? alice : bob));
    await here.append(mail);
    const exchange = (mailbox: Mailbox) =>
      Promise.all(
        mail.map(async ({ queue, id }) => {
          const owed = entry(queue === alice ? bob : alice, 2);
          return (await mailbox.exchange({ queue, id }, [owed])).outcome;
        }),
      );
    const outcomes = (await Promise.all([exchange(here), exchange(there)])).flat();
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(60);
    expect(outcomes.filter((outcome) => outcome === 'gone')).toHaveLength(60);
    for (const queue of [alice, bob]) {
      expect(await there.use(queue, 'contact')).toEqual({ count: 30, bytes: 60 });
      expect(await readAll(there, queue)).toHaveLength(30);
    }
  });

  it('never waits in a circle, and keeps its sums, whoever writes and removes what', async () => {
    const queues = [1, 2, 3].flatMap((account) => DEVICES.map((device) => queueOf(account, device)));
    const shuffled = (round: number): readonly QueueName[] =>
      queues.toSorted((a, b) => ((a.device * 7 + round) % 5) - ((b.device * 3 + round) % 4));
    const trouble = async (mailbox: Mailbox, start: number): Promise<void> => {
      for (let round = start; round < start + 12; round++) {
        const mine = shuffled(round);
        await Promise.all([
          mailbox.append(mine.map((queue) => entry(queue, 1 + (round % 3)))),
          mailbox.append(mine.toReversed().map((queue) => entry(queue, 2, 'request', round))),
          ...mine.slice(0, 4).map(async (queue) => {
            const mail = await mailbox.read(queue, 0, 3);
            await mailbox.remove(
              queue,
              mail.map(({ id }) => id),
            );
          }),
          mailbox.expire(MAIL_RETENTION + round),
          ...(round % 4 === 0 ? [mailbox.clear(queueOf(1 + (round % 3), 1).account)] : []),
        ]);
      }
    };
    await Promise.all([trouble(here, 0), trouble(there, 100)]);
    for (const queue of queues) {
      const mail = await here.read(queue, 0, 10_000);
      const used = [await there.use(queue, 'contact'), await there.use(queue, 'request')];
      expect(used.reduce((sum, { count }) => sum + count, 0)).toBe(mail.length);
      const bytes = mail.reduce((sum, { envelope }) => sum + envelope.length, 0);
      expect(used.reduce((sum, use) => sum + use.bytes, 0)).toBe(bytes);
    }
  });

  it('puts the appends of a turn into one transaction, and the removals', async () => {
    const postgres = await openPostgres({ url });
    const transactions = async (): Promise<number> =>
      Number((await postgres.query('SELECT CAST(txid_current() AS BIGINT) AS id'))[0]?.['id']);
    const entries = Array.from({ length: 100 }, (_, index) => entry(queueOf(1, 1 + (index % 7))));
    const before = await transactions();
    await Promise.all(entries.map((one) => here.append([one])));
    const between = await transactions();
    // One, and the question itself.
    expect(between - before).toBe(2);
    await Promise.all(entries.map(({ queue, id }) => here.remove(queue, [id])));
    expect((await transactions()) - between).toBe(2);
    expect(await here.newestOf(entries.map(({ queue }) => queue))).toEqual(entries.map(() => 0));
    await postgres.close();
  });

  it('waits for no process that has stopped in the middle', async () => {
    await here.append([entry(alice)]);
    const stopped = await openPostgres({ url });
    let goOn = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let frozen: Promise<void> | undefined;
    await new Promise<void>((isHeld) => {
      frozen = stopped.transaction('READ COMMITTED', async (query) => {
        await query('SELECT * FROM queue FOR UPDATE');
        isHeld();
        await until;
      });
    });
    const appends = [here.append([entry(bob)]), here.append([entry(alice)]), there.append([entry(alice)])];
    expect(await Promise.all(appends)).toEqual(appends.map(() => ({ outcome: 'stored' })));
    goOn();
    // It does its work again, or is told that it cannot know: the server lets its locks go before it hangs up.
    const code = await frozen?.then(
      () => 'done',
      (error: unknown) => (error instanceof DatabaseError ? error.code : error),
    );
    expect(['done', 'unknown']).toContain(code);
    await stopped.close();
  });

  it('has after a kill of the server what was acknowledged, and nothing that nobody wrote', async () => {
    const [stored, inDoubt]: [string[], string[]] = [[], []];
    const codes = new Set<string>();
    const write = async (mailbox: Mailbox): Promise<void> => {
      for (let failures = 0; failures < 3; ) {
        const one = entry(alice, 2_560);
        try {
          await mailbox.append([one]);
          stored.push(hexOf(one.id));
        } catch (error) {
          failures++;
          codes.add(error instanceof DatabaseError ? error.code : String(error));
          inDoubt.push(hexOf(one.id));
        }
      }
    };
    const writing = Array.from({ length: 8 }, (_, index) => write(index % 2 === 0 ? here : there));
    await expect.poll(() => stored.length, { timeout: 20_000 }).toBeGreaterThan(50);
    await server.kill();
    await Promise.all(writing);
    await server.start();
    expect([...codes].every((code) => code === 'unreachable' || code === 'unknown')).toBe(true);
    const found = await readAll(here, alice);
    expect(new Set(found).size).toBe(found.length);
    expect(stored.filter((id) => !found.includes(id))).toEqual([]);
    expect(found.filter((id) => !stored.includes(id) && !inDoubt.includes(id))).toEqual([]);
    await there.append([entry(alice)]);
    expect(await readAll(there, alice)).toHaveLength(found.length + 1);
  });
});
