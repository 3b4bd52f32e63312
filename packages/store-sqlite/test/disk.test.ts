import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asBytes, Secret, toBase64, toHex, utf8 } from '@sotto/bytes';
import type { ClientStore, Message, StoreChange } from '@sotto/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/migrate.ts';
import { keepAnAccount } from '../src/migrations/0001-keep-an-account.ts';
import { travelTwoRoads } from '../src/migrations/0002-travel-two-roads.ts';
import { openStore } from '../src/open-store.ts';
import { Sqlite } from '../src/sqlite.ts';

let folder: string;
let path: string;
let key: Secret;
const open: ClientStore[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sotto-disk-')), 'profile');
  path = join(folder, 'store.db');
  key = new Secret(asBytes(randomBytes(32)));
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(join(folder, '..'), { recursive: true });
});

async function start(options: { key?: Secret; residue?: number } = {}): Promise<ClientStore> {
  const store = await openStore({ path, key, ...options });
  open.push(store);
  return store;
}

function put(sentAt: number, text: string): StoreChange {
  return { kind: 'put-message', message: message(sentAt, text) };
}

function message(sentAt: number, text: string): Message {
  return {
    id: { author: '05ab', device: 1, sentAt },
    chat: '05ab',
    direction: 'in',
    kind: 'text',
    text,
    state: 'received',
    request: false,
  };
}

/** Everything in the profile's folder, as it would lie on a stolen disk. */
function onDisk(): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** What another process that has the key meets. */
function openElsewhere(): string {
  const program = `
    const { default: Sqlite } = await import('@signalapp/sqlcipher');
    const store = new Sqlite(${JSON.stringify(path)});
    try {
      store.pragma(${JSON.stringify(`key = "x'${toHex(key.expose())}'"`)});
      store.pragma('locking_mode = EXCLUSIVE');
      store.pragma('journal_mode = WAL');
      store.exec('BEGIN IMMEDIATE; COMMIT');
      console.log('opened');
    } catch (error) { console.log(error.code); }`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    encoding: 'utf8',
  }).trim();
}

describe('the store on disk', () => {
  it('shows nothing readable, neither while open nor after', async () => {
    const canary = `canary-${randomBytes(8).toString('hex')}`;
    const secret = asBytes(randomBytes(24));
    const store = await start();
    await store.commit([
      put(1, canary),
      { kind: 'ratchet', change: { table: 'session', key: canary, value: secret } },
      { kind: 'put-seen', mark: canary, forgetAfter: 9 },
    ]);
    const forms = [
      utf8(canary),
      Buffer.from(canary, 'utf16le'),
      utf8(toHex(utf8(canary))),
      utf8(toBase64(utf8(canary))),
      secret,
    ];
    const absent = () =>
      forms.every((form) => !onDisk().includes(Buffer.from(form))) &&
      !onDisk().includes(Buffer.from(key.expose()));
    expect(onDisk().length).toBeGreaterThan(1000);
    expect(absent()).toBe(true);
    await store.close();
    expect(absent()).toBe(true);
    expect(onDisk().includes('SQLite format')).toBe(false);
  });

  it('belongs to its owner alone: folder 0700, files 0600', async () => {
    const store = await start();
    await store.commit([put(1, 'x')]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db-wal']);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  it('empties the write-ahead log soon after a write, so that deleted text does not stay in it', async () => {
    const store = await start({ residue: 20 });
    await store.commit([put(1, 'to be deleted')]);
    await store.commit([{ kind: 'delete-chat-messages', chat: '05ab' }]);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    await expect.poll(() => statSync(`${path}-wal`).size, { timeout: 5_000 }).toBe(0);
    await store.commit([put(2, 'goes on')]);
    expect((await store.messages('05ab', { limit: 9 })).map((row) => row.text)).toEqual(['goes on']);
  });

  it('empties the log that a killed process has left, and after forgetting marks', async () => {
    const store = await start();
    await store.commit([put(1, 'to be deleted')]);
    await store.commit([{ kind: 'delete-chat-messages', chat: '05ab' }]);
    const killed = join(folder, '..', 'killed');
    cpSync(folder, killed, { recursive: true });
    const log = join(killed, 'store.db-wal');
    expect(statSync(log).size).toBeGreaterThan(0);
    const again = await openStore({ path: join(killed, 'store.db'), key, residue: 20 });
    open.push(again);
    expect(statSync(log).size).toBe(0);
    await again.commit([{ kind: 'put-seen', mark: 'x', forgetAfter: 1 }]);
    await expect.poll(() => statSync(log).size, { timeout: 5_000 }).toBe(0);
    await again.forgetSeen(2);
    expect(statSync(log).size).toBeGreaterThan(0);
    await expect.poll(() => statSync(log).size, { timeout: 5_000 }).toBe(0);
  });

  it('overwrites what is deleted, also inside the encryption, and syncs each commit', () => {
    const sqlite = Sqlite.open(path, key);
    try {
      sqlite.script('CREATE TABLE written (x INTEGER)');
      expect(sqlite.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
      expect(sqlite.get('PRAGMA secure_delete')).toEqual({ secure_delete: 1 });
      expect(sqlite.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
      expect(sqlite.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
      expect(sqlite.get('PRAGMA temp_store')).toEqual({ temp_store: 2 });
    } finally {
      sqlite.close();
    }
  });

  it('makes a folder and files private that were not', async () => {
    await (await start()).close();
    chmodSync(folder, 0o755);
    chmodSync(path, 0o644);
    await (await start()).commit([put(1, 'x')]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  it('has one owner at a time, in this process and among all', async () => {
    const first = await start();
    expect(openElsewhere()).toBe('SQLITE_BUSY');
    await expect(start()).rejects.toMatchObject({ name: 'StoreError', code: 'in-use' });
    expect(openElsewhere()).toBe('SQLITE_BUSY');
    await first.commit([put(1, 'still mine')]);
    await first.close();
    expect(await (await start()).messages('05ab', { limit: 1 })).toHaveLength(1);
  });

  it('does not open with another key and leaves the file as it is', async () => {
    const store = await start();
    await store.commit([put(1, 'x')]);
    await store.close();
    const before = readFileSync(path);
    const other = new Secret(asBytes(randomBytes(32)));
    await expect(start({ key: other })).rejects.toMatchObject({ code: 'wrong-key' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('notices any damaged page instead of serving it', async () => {
    const store = await start();
    await store.commit(Array.from({ length: 200 }, (_, index) => put(index + 1, 'some text '.repeat(20))));
    await store.close();
    const file = readFileSync(path);
    for (const offset of [3 * 4096 + 7, Math.floor(file.length / 2), file.length - 5]) {
      const broken = Buffer.from(file);
      broken[offset] = (broken[offset] ?? 0) ^ 1;
      writeFileSync(path, broken);
      const reading = start().then(async (damaged) => {
        try {
          const rows = await damaged.messages('05ab', { limit: 1000 });
          await damaged.message({ author: '05ab', device: 1, sentAt: 200 });
          return rows.map((row) => row.text);
        } finally {
          await damaged.close();
        }
      });
      // A flipped bit may lie on a page that this reading does not touch; what is read is always right.
      const outcome = await reading.catch((error: { code?: string }) => error.code);
      if (Array.isArray(outcome)) expect(outcome).toEqual(Array(200).fill('some text '.repeat(20)));
      else expect(['damaged', 'io', 'wrong-key']).toContain(outcome);
    }
  });

  it('refuses a store of a newer version with words', async () => {
    await (await start()).close();
    const sqlite = Sqlite.open(path, key);
    expect(() => migrate(sqlite, [])).toThrow(/newer version/);
    sqlite.script('PRAGMA user_version = 1000');
    sqlite.close();
    await expect(start()).rejects.toMatchObject({ code: 'newer-version' });
  });

  it('brings a store of the first version forward with all that is in it', async () => {
    const sqlite = Sqlite.open(path, key);
    migrate(sqlite, [{ sql: keepAnAccount }]);
    sqlite.run(
      `INSERT INTO contact (account, state, knows_profile_key, road, record_checked_at, verified, next_counter, added_at)
       VALUES ('05ab', 'accepted', 1, 'onion', 5, 0, 9, 7)`,
    );
    sqlite.run(
      `INSERT INTO message (author, device, sent_at, chat, direction, kind, text, state, request)
       VALUES ('05ab', 1, 3, '05ab', 'in', 'text', 'from before', 'received', 0)`,
    );
    sqlite.script(`
      INSERT INTO chain (account, device, chain, expected, gap_since, gap_shown) VALUES ('05ab', 1, 7, 4, 9, 0);
      INSERT INTO chain_ahead (account, device, chain, place, counter, hash) VALUES ('05ab', 1, 7, 0, 6, x'01')`);
    sqlite.close();
    const store = await start();
    expect(await store.openGaps(9)).toMatchObject([{ expected: 4, ahead: [{ counter: 6, at: 0 }] }]);
    expect(await store.held('05ab', 1, 7)).toEqual([]);
    expect(await store.contact('05ab')).toEqual({
      account: '05ab',
      state: 'accepted',
      knowsProfileKey: true,
      road: 'onion',
      theirRoad: 'auto',
      theirRoadAt: 0,
      mailboxes: [],
      recordCheckedAt: 5,
      verified: false,
      nextCounter: 9,
      addedAt: 7,
    });
    expect(await store.messages('05ab', { limit: 9 })).toMatchObject([{ text: 'from before' }]);
    expect(await store.roadMemory('onion')).toBeUndefined();
  });

  it('brings a store of the second version forward: texts are found, and what was printed is read', async () => {
    const sqlite = Sqlite.open(path, key);
    migrate(sqlite, [{ sql: keepAnAccount }, { sql: travelTwoRoads }]);
    for (const account of ['05ab', '05cd']) {
      sqlite.run(
        `INSERT INTO contact (account, state, knows_profile_key, road, record_checked_at, verified, next_counter, added_at)
         VALUES (?, 'accepted', 1, 'auto', 5, 0, 9, 7)`,
        [account],
      );
    }
    const blob = "x'00'";
    sqlite.script(`INSERT INTO account VALUES (1, '05ff', 'me', NULL, ${blob}, 1, 1, ${blob}, ${blob}, ${blob}, ${blob},
      ${blob}, ${blob}, 0, 'network', 9, 1400)`);
    for (let at = 1; at <= 1_500; at++) {
      const [chat, out] = [at % 3 === 0 ? '05cd' : '05ab', at % 5 === 0];
      sqlite.run(
        `INSERT INTO message (author, device, sent_at, chat, direction, kind, text, state, request)
         VALUES (?, 1, ?, ?, ?, 'text', ?, ?, 0)`,
        [
          out ? '05ff' : chat,
          at,
          chat,
          out ? 'out' : 'in',
          `Grüße Nummer ${at}`,
          out ? 'delivered' : 'received',
        ],
      );
    }
    sqlite.script(`DELETE FROM message WHERE sequence = 1500;
      INSERT INTO receipt (author, device, sent_at, recipient, due_at) VALUES ('05ab', 1, 4, '05ab', 77)`);
    sqlite.close();

    const store = await start();
    const [first, second] = await store.chats({ from: 0, limit: 9 });
    expect(first).toMatchObject({ contact: { account: '05ab' }, activeAt: 1_499, readThrough: 1_400 });
    expect(second).toMatchObject({ contact: { account: '05cd' }, last: { text: 'Grüße Nummer 1497' } });
    // Every fifth is one's own, every third of the second chat.
    expect([first?.unread, second?.unread]).toEqual([53, 27]);
    const found = await store.searchMessages({ terms: [['gruss'], ['7']], limit: 500 });
    expect(found.length).toBe(111);
    expect(await store.searchMessages({ terms: [['grusse'], ['77']], limit: 500 })).toMatchObject([
      { sequence: 779 },
      ...Array.from({ length: 9 }, (_, index) => ({ sequence: 778 - index })),
      { sequence: 77 },
    ]);
    expect(await store.receiptsDue(100)).toEqual([
      { kind: 'delivery', to: '05ab', message: { author: '05ab', device: 1, sentAt: 4 }, dueAt: 77 },
    ]);
    // A number that was given out before is given to no other.
    await store.commit([put(9_999, 'new')]);
    expect((await store.message({ author: '05ab', device: 1, sentAt: 9_999 }))?.sequence).toBe(1_501);
  });

  it('holds no words any more when everything was erased', async () => {
    const store = await start();
    await store.commit([1, 2, 3].map((at) => put(at, `unmistakable words ${at}`)));
    await store.commit([{ kind: 'delete-message', id: { author: '05ab', device: 1, sentAt: 1 } }]);
    await store.erase();
    await store.close();
    const sqlite = Sqlite.open(path, key);
    const tables = sqlite
      .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'message_word'")
      .map(({ name }) => String(name));
    const full = tables.filter((table) => sqlite.get(`SELECT 1 FROM "${table}"`) !== undefined);
    // What the index keeps of itself: its settings, and two rows that say that it is empty.
    expect(full.toSorted()).toEqual(['message_word_config', 'message_word_data']);
    const kept = sqlite
      .all('SELECT hex(block) AS bytes FROM message_word_data')
      .map(({ bytes }) => String(bytes));
    expect(kept.join('')).not.toContain(toHex(utf8('unmist')).toUpperCase());
    sqlite.close();
  });

  it.each([
    ['a text', 1, { kind: 'delete-message', id: { author: '05ab', device: 1, sentAt: 1 } }],
    ['a chat', 9, { kind: 'clear-chat', chat: '05ab' }],
    ['a long chat', 500, { kind: 'clear-chat', chat: '05ab' }],
  ] as const)('holds the words of %s that was deleted no longer', async (_, count, change) => {
    const store = await start();
    const other = { ...message(9_999, 'another one'), chat: '05cd' };
    await store.commit([{ kind: 'put-message', message: other }]);
    for (let at = 1; at <= count; at++) await store.commit([put(at, 'unmistakable')]);
    await store.commit([change]);
    expect(await store.searchMessages({ terms: [['anoth']], limit: 9 })).toHaveLength(1);
    await store.close();
    const sqlite = Sqlite.open(path, key);
    const blocks = sqlite.all('SELECT hex(block) AS bytes FROM message_word_data');
    const kept = blocks.map(({ bytes }) => String(bytes)).join('');
    expect(kept).toContain(toHex(utf8('nother')).toUpperCase());
    expect(kept).not.toContain(toHex(utf8('nmistak')).toUpperCase());
    sqlite.close();
  });

  it('leaves no half of a migration that fails', async () => {
    const sqlite = Sqlite.open(path, key);
    expect(() =>
      migrate(sqlite, [{ sql: 'CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE half (x)' }]),
    ).toThrow();
    expect(sqlite.get('PRAGMA user_version')).toEqual({ user_version: 0 });
    expect(sqlite.all('SELECT name FROM sqlite_schema')).toEqual([]);
    sqlite.close();
  });

  it('writes nothing of a unit that SQLite refuses, and goes on', async () => {
    const store = await start();
    await store.commit([put(1, 'before')]);
    const wrong: StoreChange[] = [
      { kind: 'put-seen', mark: 'x', forgetAfter: 1.5 },
      { kind: 'put-seen', mark: undefined as unknown as string, forgetAfter: 1 },
      {
        kind: 'ratchet',
        change: { table: 'nowhere' as 'session', key: 'k', value: asBytes(randomBytes(3)) },
      },
      { kind: 'put-message', message: undefined as unknown as Message },
    ];
    for (const change of wrong) {
      await expect(store.commit([put(2, 'half'), change])).rejects.toMatchObject({ code: 'invalid-change' });
    }
    expect(await store.message({ author: '05ab', device: 1, sentAt: 2 })).toBeUndefined();
    await store.commit([put(3, 'after')]);
    expect(await store.messages('05ab', { limit: 9 })).toHaveLength(2);
  });

  it('rolls back when there is no space, and goes on when there is', () => {
    const sqlite = Sqlite.open(path, key);
    try {
      sqlite.script('CREATE TABLE filler (bytes BLOB) STRICT');
      const pages = Number(sqlite.get('PRAGMA page_count')?.['page_count']);
      const fill = () => {
        for (let row = 0; row < 50; row++)
          sqlite.run('INSERT INTO filler VALUES (?)', [new Uint8Array(3000)]);
      };
      sqlite.script(`PRAGMA max_page_count = ${pages + 5}`);
      expect(() => sqlite.transaction(fill)).toThrow(expect.objectContaining({ code: 'disk-full' }));
      expect(sqlite.get('SELECT count(*) AS rows FROM filler')).toEqual({ rows: 0 });
      sqlite.script('PRAGMA max_page_count = 1000');
      sqlite.transaction(fill);
      expect(sqlite.get('SELECT count(*) AS rows FROM filler')).toEqual({ rows: 50 });
    } finally {
      sqlite.close();
    }
  });

  it('says so when it is used after close', async () => {
    const store = await start();
    await store.close();
    await store.close();
    await expect(store.account()).rejects.toMatchObject({ code: 'closed' });
    await expect(store.commit([put(1, 'x')])).rejects.toMatchObject({ code: 'closed' });
  });
});
