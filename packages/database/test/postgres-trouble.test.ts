import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DatabaseError,
  openPostgres,
  openPostgresStore,
  row,
  run,
  type Store,
  type Work,
} from '../src/index.ts';
import { buildRoad, type Road } from './_road.ts';

/** Shorter than the default, so that nobody waits for long here; long enough for a busy machine. */
const TIMEOUT = 1_500;
const MIGRATIONS = ['CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY)'];
const put = (name: string): Work<void> => run('INSERT INTO thing (name) VALUES (?)', [name]);
const has = function* (name: string): Work<boolean> {
  return (yield* row('SELECT name FROM thing WHERE name = ?', [name])) !== undefined;
};
const openAt = (url: string): Promise<Store> =>
  openPostgresStore({ url, name: 'things', migrations: MIGRATIONS, connections: 4, timeout: TIMEOUT });

let server: PostgresServer;
let url: string;
let road: Road;
let store: Store;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  road = await buildRoad(url);
  store = await openAt(road.url);
});
afterEach(async () => {
  await store.close();
  await road.close();
});

/** What a promise rejects with, and after how long. */
async function failureOf(promise: Promise<unknown>): Promise<DatabaseError> {
  const before = performance.now();
  try {
    await promise;
  } catch (error) {
    expect(performance.now() - before).toBeLessThan(TIMEOUT * 4);
    expect(error).toBeInstanceOf(DatabaseError);
    return error as DatabaseError;
  }
  throw new Error('it was done');
}

/** Read by somebody else. */
async function isStored(name: string): Promise<boolean> {
  const other = await openAt(url);
  try {
    return await other.read(() => has(name));
  } finally {
    await other.close();
  }
}

describe('a store whose server is in trouble', () => {
  it('says that a commit is in doubt when the answer does not come', async () => {
    const isCommit = (chunk: Buffer): boolean => chunk.includes('COMMIT');
    road.judge = (chunk) => (isCommit(chunk) ? 'pass and cut' : 'pass');
    expect(await failureOf(store.write(() => put('stored')))).toMatchObject({ code: 'unknown' });
    await expect.poll(() => isStored('stored')).toBe(true);

    road.judge = (chunk) => (isCommit(chunk) ? 'cut' : 'pass');
    expect(await failureOf(store.write(() => put('lost')))).toMatchObject({ code: 'unknown' });
    expect(await isStored('lost')).toBe(false);

    road.judge = (chunk) => (isCommit(chunk) ? 'pass and freeze' : 'pass');
    expect(await failureOf(store.write(() => put('late')))).toMatchObject({ code: 'unknown' });
    road.judge = () => 'pass';
    await store.write(() => put('after'));
  });

  it('does again what was cut off before the commit, once', async () => {
    let [cuts, runs] = [0, 0];
    road.judge = (chunk) => (chunk.includes('INSERT INTO thing') && cuts++ === 0 ? 'cut' : 'pass');
    const work = function* (): Work<void> {
      runs++;
      yield* put('a');
    };
    await store.write(work);
    expect([runs, await isStored('a')]).toEqual([2, true]);
    road.judge = (chunk) => (chunk.includes('DELETE') ? 'cut' : 'pass');
    const remove = (): Work<void> => run('DELETE FROM thing');
    expect(await failureOf(store.write(remove))).toMatchObject({ code: 'unreachable' });
  });

  it('never goes on with a transaction on another connection', async () => {
    const work = function* (): Work<void> {
      yield* put('first half');
      yield* row('SELECT pg_terminate_backend(pg_backend_pid())');
      yield* put('second half');
    };
    expect(await failureOf(store.write(work))).toMatchObject({ code: 'unreachable' });
    const stubborn = function* (): Work<void> {
      try {
        yield* row('SELECT pg_terminate_backend(pg_backend_pid())');
      } catch {
        yield* put('second half');
      }
    };
    expect(await failureOf(store.write(stubborn))).toMatchObject({ code: 'unreachable' });
    expect([await isStored('first half'), await isStored('second half')]).toEqual([false, false]);
  });

  it('never goes on where a connection was lost between two statements', async () => {
    const [postgres, killer] = [await openPostgres({ url }), await openPostgres({ url })];
    const cutOff = postgres.transaction('READ COMMITTED', async (query) => {
      await query("INSERT INTO thing VALUES ('first half')");
      const [backend] = await query('SELECT pg_backend_pid() AS pid');
      await killer.query('SELECT pg_terminate_backend(?)', [backend?.['pid'] ?? 0]);
      const isThere = 'SELECT pid FROM pg_stat_activity WHERE pid = ?';
      await expect.poll(() => killer.query(isThere, [backend?.['pid'] ?? 0])).toEqual([]);
      await query("INSERT INTO thing VALUES ('second half')");
    });
    expect(await failureOf(cutOff)).toMatchObject({ code: 'unreachable' });
    expect([await isStored('first half'), await isStored('second half')]).toEqual([false, false]);
    await Promise.all([postgres.close(), killer.close()]);
  });

  it('rejects in time while the server does not answer, and works as soon as it does', async () => {
    road.judge = () => 'pass and freeze';
    const calls = Array.from({ length: 12 }, (_, index) =>
      failureOf(index % 2 === 0 ? store.write(() => put(`w${index}`)) : store.read(() => has('a'))),
    );
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(codes.every((code) => code === 'unreachable' || code === 'overloaded')).toBe(true);
    road.judge = () => 'pass';
    await store.write(() => put('again'));
    expect(await store.read(() => has('again'))).toBe(true);
  });

  it('comes back when the server does, with everything that was acknowledged', async () => {
    for (const name of ['a', 'b', 'c']) await store.write(() => put(name));
    await server.kill();
    const down = [store.write(() => put('d')), store.read(() => has('a'))].map(failureOf);
    expect((await Promise.all(down)).map(({ code }) => code)).toEqual(['unreachable', 'unreachable']);
    expect(await failureOf(openAt(url))).toMatchObject({ code: 'unreachable' });
    await server.start();
    for (const name of ['a', 'b', 'c']) expect(await store.read(() => has(name))).toBe(true);
    await store.write(() => put('e'));
  });

  it('does not notice a restart between two calls', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.write(() => put(name))));
    await server.kill();
    await server.start();
    await Promise.all(['e', 'f', 'g', 'h'].map((name) => store.write(() => put(name))));
    expect(await store.read(() => has('h'))).toBe(true);
  });

  it('tells a conflict that does not pass, and holds nobody up longer', async () => {
    const other = await openPostgres({ url });
    await store.write(() => put('held'));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held: Promise<void> | undefined;
    await new Promise<void>((isHeld) => {
      held = other.transaction('READ COMMITTED', async (query) => {
        await query("SELECT * FROM thing WHERE name = 'held' FOR UPDATE");
        isHeld();
        await released;
      });
    });
    const waiting = failureOf(store.write(() => run("DELETE FROM thing WHERE name = 'held'")));
    expect(['unreachable', 'not-committed']).toContain((await waiting).code);
    await store.write(() => put('not held'));
    release();
    await held?.catch(() => undefined);
    await other.close();
  });

  it('refuses one call more than it has room for', async () => {
    road.judge = () => 'pass and freeze';
    const codes: string[] = [];
    const calls = Array.from({ length: 5_010 }, () =>
      store.read(() => has('a')).catch(({ code }: DatabaseError) => codes.push(code)),
    );
    await setImmediate();
    // Four have a connection and five thousand wait for one.
    expect(codes).toEqual(Array.from({ length: 6 }, () => 'overloaded'));
    await Promise.all(calls);
    expect(codes).toHaveLength(5_010);
  });

  it('says nothing of passwords, addresses and values', async () => {
    const { password } = server;
    const wrong = url.replace(password, 'wr0ng-s3cret');
    const nowhere = road.url.replace(/:\d+\/test/, ':1/test');
    const failures = [
      await failureOf(openAt(wrong)),
      await failureOf(openAt(nowhere)),
      await failureOf(openAt(url.replace('/test', '/no-test'))),
    ];
    expect(failures.map(({ code }) => code)).toEqual(['unreadable', 'unreachable', 'unreadable']);
    await store.write(() => put('canary-41'));
    failures.push(await failureOf(store.write(() => put('canary-41'))));
    failures.push(await failureOf(store.write(() => run("INSERT INTO thing VALUES ('canary-41'::bigint)"))));
    for (const failure of failures) {
      const all = inspect(failure, { depth: 9, showHidden: true });
      for (const secret of ['wr0ng', password, 'canary', '127.0.0.1']) expect(all).not.toContain(secret);
    }
  });

  it('is not opened where commits are not synced, and asks for it where they are by session', async () => {
    const lax = await startPostgres({ settings: { fsync: 'off' } });
    expect(await failureOf(openAt(lax.url))).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('fsync is off'),
    });
    await lax.stop();
    const hasty = await startPostgres({ settings: { synchronous_commit: 'off' } });
    const postgres = await openPostgres({ url: hasty.url });
    expect(await postgres.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await postgres.close();
    await hasty.stop();
  });

  it('is migrated once, however many processes open it at the same moment', async () => {
    const fresh = await server.createDatabase();
    const migrations = [
      'CREATE TABLE IF NOT EXISTS counter (steps BIGINT NOT NULL); INSERT INTO counter VALUES (0)',
      'UPDATE counter SET steps = steps + 1',
      'UPDATE counter SET steps = steps + 1',
    ];
    const open = (): Promise<Store> => openPostgresStore({ url: fresh, name: 'counter', migrations });
    const stores = await Promise.all(Array.from({ length: 6 }, open));
    expect(
      await stores[0]?.read(() => row('SELECT sum(steps) AS steps, count(*) AS count FROM counter')),
    ).toEqual({
      ...{ steps: 2, count: 1 },
    });
    await Promise.all(stores.map((each) => each.close()));
  });
});
