import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { ERASE_WITHIN, openDatabase } from '@sotto/database';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAIL_RETENTION, QUOTA } from './constants.ts';
import type { Mailbox, MailClass, MailEntry, QueueName } from './mailbox.ts';
import { openMailbox } from './sqlite-mailbox.ts';

const alice: QueueName = { account: new Uint8Array(16).fill(1), device: 1 };
const aliceTablet: QueueName = { ...alice, device: 2 };
const CANARY = 'canary-5b1f-in-an-envelope';
const canaries = new TextEncoder().encode(CANARY.repeat(300));
const bob: QueueName = { account: new Uint8Array(16).fill(2), device: 1 };

let folder: string;
let path: string;
let mailbox: Mailbox;
let nextId = 0;
const refused = { name: 'DatabaseError', code: 'refused' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-mailbox-'));
  path = join(folder, 'mailbox.db');
  mailbox = openMailbox({ path });
});
afterEach(async () => {
  vi.useRealTimers();
  await mailbox.close();
  rmSync(folder, { recursive: true });
});

function entry(queue: QueueName, size = 3, mailClass: MailClass = 'contact', receivedAt = 0): MailEntry {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, ++nextId);
  return { queue, class: mailClass, id, receivedAt, envelope: new Uint8Array(size).fill(nextId) };
}

const idsOf = async (queue: QueueName, after = 0): Promise<readonly Bytes[]> =>
  (await mailbox.read(queue, after, 1_000)).map(({ id }) => id);

/** Commit frames of the write-ahead log, which is empty at opening (https://www.sqlite.org/fileformat2.html §4.1). */
function commitsInLog(): number {
  const log = readFileSync(`${path}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let offset = 32; offset < log.length; offset += frame) {
    if (log.readUInt32BE(offset + 4) !== 0) commits += 1;
  }
  return commits;
}

/** Whether any file of a folder holds these words. */
const holds = (where: string, words: string) =>
  readdirSync(where).some((name) => readFileSync(join(where, name)).includes(words));

describe('mailbox', () => {
  it('gives mail back in order, per device, after reopening too', async () => {
    const mail = [entry(alice), entry(bob), entry(alice), entry(aliceTablet), entry(alice)];
    await Promise.all(mail.map((one) => mailbox.append([one])));
    const expected = mail.filter(({ queue }) => queue === alice).map(({ id }) => id);
    expect(await idsOf(alice)).toEqual(expected);
    await mailbox.close();
    mailbox = openMailbox({ path });
    expect(await idsOf(alice)).toEqual(expected);
    expect(await idsOf(aliceTablet)).toHaveLength(1);
    const [first] = await mailbox.read(alice, 0, 1);
    expect(await idsOf(alice, first?.position)).toEqual(expected.slice(1));
    expect(await mailbox.read(alice, await mailbox.newest(alice), 10)).toEqual([]);
    expect(await mailbox.newestOf([bob, { ...bob, device: 9 }])).toEqual([await mailbox.newest(bob), 0]);
  });

  it('commits concurrent appends together', async () => {
    await Promise.all(Array.from({ length: 100 }, () => mailbox.append([entry(alice)])));
    expect(await idsOf(alice)).toHaveLength(100);
    expect(commitsInLog()).toBe(1);
    await mailbox.append([entry(alice)]);
    expect(commitsInLog()).toBe(2);
  });

  it('stores all entries of a call or none', async () => {
    const twin = entry(alice);
    await expect(mailbox.append([entry(bob), twin, twin])).rejects.toMatchObject(refused);
    await expect(mailbox.append([entry(bob), entry(alice, 0)])).rejects.toMatchObject(refused);
    expect(await idsOf(bob)).toEqual([]);
    expect(await mailbox.append([entry(bob), twin])).toEqual({ outcome: 'stored' });
  });

  it('holds strangers to a quota of their own', async () => {
    const large = QUOTA.request.bytes / 8;
    const fill = Array.from({ length: 8 }, () => entry(alice, large, 'request'));
    expect(await mailbox.append(fill)).toEqual({ outcome: 'stored' });
    expect(await mailbox.append([entry(bob), entry(alice, 1, 'request')])).toEqual({ outcome: 'full' });
    expect(await idsOf(bob)).toEqual([]);
    expect(await mailbox.append([entry(alice, QUOTA.request.bytes + 1)])).toEqual({ outcome: 'stored' });
    await mailbox.remove(alice, (await idsOf(alice)).slice(0, 1));
    expect(await mailbox.append([entry(alice, 1, 'request')])).toEqual({ outcome: 'stored' });
    expect(await mailbox.use(alice, 'request')).toEqual({ count: 8, bytes: large * 7 + 1 });
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
      { numRuns: 30 },
    );
  });

  it('keeps its sums equal to its rows, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('append' as const),
        size: fc.integer({ min: 1, max: 50 }),
        request: fc.boolean(),
      }),
      fc.record({ do: fc.constant('remove' as const), index: fc.nat({ max: 5 }) }),
      fc.record({ do: fc.constant('fail' as const) }),
      fc.record({ do: fc.constant('clear' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        await mailbox.clear(alice.account);
        for (const one of steps) {
          if (one.do === 'append')
            await mailbox.append([entry(alice, one.size, one.request ? 'request' : 'contact')]);
          if (one.do === 'remove')
            await mailbox.remove(alice, (await idsOf(alice)).slice(one.index, one.index + 1));
          if (one.do === 'clear') await mailbox.clear(alice.account, 1);
          if (one.do === 'fail') {
            const twin = entry(alice);
            await expect(mailbox.append([twin, twin])).rejects.toMatchObject(refused);
          }
        }
        const mail = await mailbox.read(alice, 0, 1_000);
        const used = await Promise.all(
          (['contact', 'request'] as const).map((name) => mailbox.use(alice, name)),
        );
        expect(used.reduce((sum, { count }) => sum + count, 0)).toBe(mail.length);
        expect(used.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
          mail.reduce((sum, { envelope }) => sum + envelope.length, 0),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('leaves no byte of removed mail in any file', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await mailbox.append([{ ...entry(alice), envelope: canaries }, entry(bob)]);
    expect(holds(folder, CANARY)).toBe(true);
    await mailbox.remove(alice, await idsOf(alice));
    vi.advanceTimersByTime(ERASE_WITHIN);
    expect(holds(folder, CANARY)).toBe(false);
    expect(await idsOf(bob)).toHaveLength(1);
  });

  it('leaves none after a kill either, once it is opened again', async () => {
    await mailbox.append([{ ...entry(alice), envelope: canaries }, entry(bob)]);
    await mailbox.remove(alice, await idsOf(alice));
    const killed = mkdtempSync(join(tmpdir(), 'sotto-mailbox-killed-'));
    cpSync(folder, killed, { recursive: true });
    expect(holds(killed, CANARY)).toBe(true);
    const again = openMailbox({ path: join(killed, 'mailbox.db') });
    expect(holds(killed, CANARY)).toBe(false);
    expect(await again.read(bob, 0, 9)).toHaveLength(1);
    await again.close();
    rmSync(killed, { recursive: true });
  });

  it('does not wait for another process that reads, and erases when that is done', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await mailbox.append([{ ...entry(alice), envelope: canaries }]);
    const reader = openDatabase({ path, migrations: [''] });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM mail').get();
    await mailbox.remove(alice, await idsOf(alice));
    const before = performance.now();
    vi.advanceTimersByTime(ERASE_WITHIN);
    // It would wait for five seconds.
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(holds(folder, CANARY)).toBe(true);
    reader.exec('COMMIT');
    vi.advanceTimersByTime(ERASE_WITHIN);
    expect(holds(folder, CANARY)).toBe(false);
    reader.close();
  });

  it('lets others write between the parts of a large removal', async () => {
    await mailbox.append(Array.from({ length: 1_200 }, () => entry(alice)));
    const before = commitsInLog();
    const done: string[] = [];
    const cleared = mailbox.clear(alice.account).then(() => done.push('cleared'));
    await mailbox.append([entry(bob)]);
    const late = entry(alice);
    await mailbox.append([late]).then(() => done.push('appended'));
    await cleared;
    expect(done).toEqual(['appended', 'cleared']);
    expect(commitsInLog() - before).toBeGreaterThanOrEqual(3);
    // What came after the call is not the caller's to remove.
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

  it('is private to its user and refuses the data of a newer version', () => {
    expect(statSync(path).mode & 0o077).toBe(0);
    const database = openDatabase({
      path: join(folder, 'newer.db'),
      migrations: ['', '', 'CREATE TABLE a (b)'],
    });
    database.close();
    expect(() => openDatabase({ path: join(folder, 'newer.db'), migrations: [''] })).toThrow(
      expect.objectContaining({ code: 'newer-version', message: expect.stringContaining('data version 3') }),
    );
  });

  it('refuses writes once closed, and files that are no database', async () => {
    await mailbox.close();
    const closed = { name: 'DatabaseError', code: 'closed' };
    await expect(mailbox.append([entry(alice)])).rejects.toMatchObject(closed);
    await expect(mailbox.expire(0)).rejects.toMatchObject(closed);
    await expect(mailbox.read(alice, 0, 1)).rejects.toMatchObject(closed);
    await mailbox.close();
    mailbox = openMailbox({ path });
    expect(() => openMailbox({ path: folder })).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });
});
