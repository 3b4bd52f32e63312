import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { ERASE_WITHIN, openDatabase } from '@sotto/database';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mailbox, QueueName } from './mailbox.ts';
import { MAILBOX_MIGRATIONS } from './schema.ts';
import { openMailbox } from './sqlite-mailbox.ts';
import { entry, mailboxSuite } from './testing/mailbox-suite.ts';

const alice: QueueName = { account: new Uint8Array(16).fill(1), device: 1 };
const CANARY = 'canary-5b1f-in-an-envelope';
const canaries = new TextEncoder().encode(CANARY.repeat(300));
const bob: QueueName = { account: new Uint8Array(16).fill(2), device: 1 };

let folder: string;
let path: string;
let mailbox: Mailbox;

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

mailboxSuite('SQLite', async () => {
  const own = mkdtempSync(join(tmpdir(), 'sotto-mailbox-'));
  return {
    open: async (truths = () => []) => openMailbox({ path: join(own, 'mailbox.db'), truths }),
    remove: () => rmSync(own, { recursive: true }),
    runs: 30,
  };
});

describe('a mailbox in a file', () => {
  it('commits concurrent appends together', async () => {
    await Promise.all(Array.from({ length: 100 }, () => mailbox.append([entry(alice)])));
    expect(await idsOf(alice)).toHaveLength(100);
    expect(commitsInLog()).toBe(1);
    await mailbox.append([entry(alice)]);
    expect(commitsInLog()).toBe(2);
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
    const reader = openDatabase({ path, migrations: MAILBOX_MIGRATIONS });
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
    await mailbox.append([entry(alice)]).then(() => done.push('appended'));
    await cleared;
    expect(done).toEqual(['appended', 'cleared']);
    expect(commitsInLog() - before).toBeGreaterThanOrEqual(3);
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

  it('does not open what is no database', () => {
    expect(() => openMailbox({ path: folder })).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });
});
