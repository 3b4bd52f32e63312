import { type Bytes, equalBytes } from '@sotto/bytes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeListener, Store } from '../store.ts';
import { changed, type Row, row, rows, run, type SqlValue, type Work } from '../work.ts';

/** How the suite wants a store opened: always on the same, at first empty, data of one test. */
export interface StoreSettings {
  readonly migrations: readonly string[];
  readonly migrates?: boolean;
  readonly onChange?: ChangeListener;
}

export interface StoreUnderTest {
  open(settings: StoreSettings): Promise<Store>;
  /** Its data goes. */
  remove(): Promise<void> | void;
}

/** `BYTEA` is a name that both engines take; it is what SQLite calls a type of no affinity to text. */
const MIGRATIONS = [
  `CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, number BIGINT NOT NULL, bytes BYTEA);
   CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, thing TEXT NOT NULL REFERENCES thing (name) ON DELETE CASCADE);`,
];

const refused = { name: 'DatabaseError', code: 'refused' };
const closed = { name: 'DatabaseError', code: 'closed' };

const put = (name: string, number = 0, bytes: Bytes | null = null): Work<void> =>
  run('INSERT INTO thing (name, number, bytes) VALUES (?, ?, ?)', [name, number, bytes]);
const find = (name: string): Work<Row | undefined> => row('SELECT * FROM thing WHERE name = ?', [name]);
const names = (): Work<readonly Row[]> => rows('SELECT name FROM thing ORDER BY name');
const times = <Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** What every engine behind the port `Store` must do. */
export function storeSuite(engine: string, make: () => Promise<StoreUnderTest>): void {
  describe(`a store on ${engine}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    const heard: string[] = [];
    const open = (): Promise<Store> =>
      under.open({ migrations: MIGRATIONS, onChange: (name) => heard.push(name) });
    const namesIn = async (): Promise<readonly unknown[]> =>
      (await store.read(names)).map(({ name }) => name);

    beforeEach(async () => {
      heard.length = 0;
      under = await make();
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await under.remove();
    });

    it('stores all of a transaction or nothing', async () => {
      const boom = new Error('boom');
      const half = function* (): Work<void> {
        yield* put('a');
        throw boom;
      };
      await expect(store.write(half)).rejects.toBe(boom);
      const twice = function* (): Work<void> {
        yield* put('a');
        yield* put('b');
        yield* put('b');
      };
      await expect(store.write(twice)).rejects.toMatchObject(refused);
      expect(await namesIn()).toEqual([]);
      await store.write(function* () {
        yield* put('a');
        yield* put('b');
      });
      expect(await namesIn()).toEqual(['a', 'b']);
    });

    it('saves nothing of work that caught a failure and went on', async () => {
      await store.write(() => put('taken'));
      const stubborn = function* (): Work<string> {
        yield* put('before');
        try {
          yield* put('taken');
        } catch (error) {
          expect(error).toMatchObject(refused);
        }
        return 'done';
      };
      await expect(store.write(stubborn)).rejects.toMatchObject(refused);
      expect(await namesIn()).toEqual(['taken']);
      const explains = function* (): Work<void> {
        try {
          yield* put('taken');
        } catch {
          throw new RangeError('that name is taken');
        }
      };
      await expect(store.write(explains)).rejects.toThrow(RangeError);
    });

    it('undoes what failed and nothing of what others wrote at the same time', async () => {
      await store.write(() => put('taken'));
      const settled = await Promise.allSettled(
        ['a', 'taken', 'b', 'taken', 'c'].map((name) => store.write(() => put(name))),
      );
      expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true]);
      expect(await namesIn()).toEqual(['a', 'b', 'c', 'taken']);
    });

    it('lets one of many have what can be had once', async () => {
      await store.write(() => put('ticket', 0));
      const claim = function* (): Work<boolean> {
        const ticket = yield* find('ticket');
        if (ticket?.['number'] !== 0) return false;
        yield* run('UPDATE thing SET number = 1 WHERE name = ?', ['ticket']);
        return true;
      };
      const got = await times(50, () => store.write(claim));
      expect(got.filter(Boolean)).toHaveLength(1);
    });

    it('counts every one of those who count at the same time', async () => {
      await store.write(() => put('counter', 0));
      const count = function* (): Work<number> {
        const number = Number((yield* find('counter'))?.['number']) + 1;
        yield* changed('counter');
        yield* run('UPDATE thing SET number = ? WHERE name = ?', [number, 'counter']);
        return number;
      };
      const counted = await times(30, () => store.write(count));
      expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      // Heard once each, however often it was tried.
      expect(heard).toHaveLength(30);
    });

    it('runs what each looks at before it writes as if it were alone', async () => {
      // Each may leave while another one stays: of two who look at the same moment, one must see that it is the last.
      const leave = (name: string) =>
        function* (): Work<void> {
          const there = yield* rows('SELECT name FROM thing WHERE number = 1');
          if (there.length > 1) yield* run('UPDATE thing SET number = 0 WHERE name = ?', [name]);
        };
      await store.write(() => put('a', 1));
      await store.write(() => put('b', 1));
      for (let round = 0; round < 10; round++) {
        await store.write(() => run('UPDATE thing SET number = 1'));
        await Promise.all(['a', 'b'].map((name) => store.write(leave(name))));
        expect(await store.read(() => rows('SELECT name FROM thing WHERE number = 1'))).toHaveLength(1);
      }
    });

    it('gives back what was put in, of the type that it was', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      for (const bytes of [every, new Uint8Array(0), null]) {
        for (const number of [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
          for (const name of ['', "'; -- ?", 'ünïcode 🎈 \\ \n "']) {
            await store.write(() => run('DELETE FROM thing'));
            await store.write(() => put(name, number, bytes));
            const found = await store.read(() => find(name));
            expect(found).toEqual({ name, number, bytes });
            if (bytes !== null) expect(found?.['bytes']?.constructor).toBe(Uint8Array);
          }
        }
      }
      const large = new Uint8Array(300_000).fill(0x5c);
      await store.write(() => put('large', 0, large));
      const bytes = (await store.read(() => find('large')))?.['bytes'] as Bytes;
      expect(equalBytes(bytes, large)).toBe(true);
      const sums =
        'SELECT count(*) AS count, coalesce(sum(number), 0) AS sum, max(number) AS most FROM thing';
      expect(await store.read(() => row(`${sums} WHERE name = 'none'`))).toEqual({
        ...{ count: 0, sum: 0, most: null },
      });
    });

    it('knows a placeholder from a question mark', async () => {
      await store.write(() => put('who?'));
      const sql = `SELECT name AS "what?", '?' AS mark -- really?
        FROM thing WHERE name = ? /* ? */ AND number = ?`;
      expect(await store.read(() => rows(sql, ['who?', 0]))).toEqual([{ 'what?': 'who?', mark: '?' }]);
      await expect(store.read(() => rows(sql, ['who?']))).rejects.toMatchObject({ name: 'DatabaseError' });
    });

    it('refuses what only one engine could keep', async () => {
      const values: readonly unknown[] = [
        0.5,
        Number.NaN,
        2 ** 53,
        Number.POSITIVE_INFINITY,
        undefined,
        true,
      ];
      for (const value of values) {
        const sql = 'INSERT INTO thing (name, number) VALUES (?, ?)';
        await expect(store.write(() => run(sql, ['a', value as number]))).rejects.toMatchObject(refused);
      }
      await expect(store.write(() => put('a\0b'))).rejects.toMatchObject(refused);
      expect(await namesIn()).toEqual([]);
    });

    it('refuses rows that the schema does not allow', async () => {
      const refuses = (sql: string, values: readonly SqlValue[]): Promise<void> =>
        expect(store.write(() => run(sql, values))).rejects.toMatchObject(refused);
      await store.write(() => put('a'));
      await refuses('INSERT INTO thing (name, number) VALUES (?, 1)', ['a']);
      await refuses('INSERT INTO thing (name, number) VALUES (?, ?)', ['b', null]);
      await refuses('INSERT INTO part (name, thing) VALUES (?, ?)', ['p', 'nothing']);
      await store.write(() => run('INSERT INTO part (name, thing) VALUES (?, ?)', ['p', 'a']));
      await store.write(() => run('DELETE FROM thing'));
      expect(await store.read(() => rows('SELECT * FROM part'))).toEqual([]);
    });

    it('sees its own writes, and gives rows only when they are asked for', async () => {
      const seen = await store.write(function* () {
        yield* put('a', 1);
        yield* run('UPDATE thing SET number = number + 1');
        const [updated] = yield* rows('UPDATE thing SET number = number * 10 RETURNING number');
        return [updated?.['number'], (yield* find('a'))?.['number'], yield* find('b')];
      });
      expect(seen).toEqual([20, 20, undefined]);
    });

    it('tells of changes after their commit, in their order, and of none that did not happen', async () => {
      const writing = store.write(function* () {
        yield* put('a');
        yield* changed('first');
        yield* changed('second');
        expect(heard).toEqual([]);
      });
      await writing.then(() => expect(heard).toEqual(['first', 'second']));
      const failing = function* (): Work<void> {
        yield* changed('never');
        yield* put('a');
      };
      await expect(store.write(failing)).rejects.toMatchObject(refused);
      await store.write(() => changed('third'));
      expect(heard).toEqual(['first', 'second', 'third']);
    });

    it('finishes what was begun before it is closed, and refuses what comes after', async () => {
      const begun = store.write(() => put('a'));
      await store.close();
      await begun;
      await expect(store.write(() => put('b'))).rejects.toMatchObject(closed);
      await expect(store.read(names)).rejects.toMatchObject(closed);
      await store.close();
      store = await open();
      expect(await namesIn()).toEqual(['a']);
    });

    it('changes nothing for who comes beside those that serve it, and refuses them another version', async () => {
      await store.write(() => put('a', 7));
      const beside = await under.open({ migrations: MIGRATIONS, migrates: false });
      expect(await beside.read(() => find('a'))).toMatchObject({ number: 7 });
      await beside.close();
      const migrations = [...MIGRATIONS, 'ALTER TABLE thing ADD COLUMN note TEXT'];
      await expect(under.open({ migrations, migrates: false })).rejects.toMatchObject({
        code: 'older-version',
        message: expect.stringContaining('data version 1'),
      });
      expect(await store.read(() => find('a'))).not.toHaveProperty('note');
    });

    it('adds the steps of a newer version, and refuses what one has left', async () => {
      await store.write(() => put('a', 7));
      await store.close();
      const migrations = [...MIGRATIONS, 'ALTER TABLE thing ADD COLUMN note TEXT'];
      store = await under.open({ migrations });
      expect(await store.read(() => find('a'))).toMatchObject({ name: 'a', number: 7, note: null });
      await store.close();
      await expect(open()).rejects.toMatchObject({
        code: 'newer-version',
        message: expect.stringMatching(/data version 2.*knows 1\)\. Nothing was changed/),
      });
      store = await under.open({ migrations });
      expect(await namesIn()).toEqual(['a']);
    });
  });
}
