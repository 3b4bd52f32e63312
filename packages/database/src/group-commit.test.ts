import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';
import { type Database, openDatabase } from './open-database.ts';

let folder: string;
let database: Database;
let commits: GroupCommit;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-commit-'));
  database = openDatabase({
    path: join(folder, 'a.db'),
    migrations: ['CREATE TABLE a (n INTEGER UNIQUE) STRICT'],
  });
  commits = new GroupCommit(database);
});
afterEach(() => {
  commits.close();
  database.close();
  rmSync(folder, { recursive: true });
});

const insert = (n: number) => () => database.prepare('INSERT INTO a VALUES (?)').run([n]).changes;
const rows = () =>
  database
    .prepare('SELECT n FROM a ORDER BY n')
    .all()
    .map((row) => row['n']);

describe('group commit', () => {
  it('undoes a failing write and keeps its neighbours', async () => {
    const outcomes = await Promise.allSettled([
      commits.write(insert(1)),
      commits.write(() => {
        insert(2)();
        insert(1)();
      }),
      commits.write(insert(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rows()).toEqual([1, 3]);
  });

  it('keeps the neighbours of a failing statement, unless that has ended the transaction', async () => {
    const statement = { oneStatement: true };
    const outcomes = await Promise.allSettled([
      commits.write(insert(1), statement),
      commits.write(insert(1), statement),
      commits.write(insert(2), statement),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rows()).toEqual([1, 2]);
    const ending = () => database.exec('INSERT OR ROLLBACK INTO a VALUES (1)');
    const ended = await Promise.allSettled([
      commits.write(insert(3), statement),
      commits.write(ending, statement),
      commits.write(insert(4), statement),
    ]);
    const refused = { status: 'rejected', reason: { code: 'not-committed' } };
    expect(ended).toMatchObject([refused, refused, refused]);
    expect(rows()).toEqual([1, 2]);
    await commits.write(insert(5), statement);
    expect(rows()).toEqual([1, 2, 5]);
  });

  it('rejects everybody when the commit itself fails, and goes on afterwards', async () => {
    database.exec(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
    );
    const orphan = commits.write(() => database.exec('INSERT INTO c VALUES (7)'));
    const innocent = commits.write(insert(1));
    await expect(orphan).rejects.toMatchObject({ code: 'not-committed' });
    await expect(innocent).rejects.toMatchObject({ code: 'not-committed' });
    expect(rows()).toEqual([]);
    await commits.write(insert(1));
    expect(rows()).toEqual([1]);
  });

  it('tells every writer when not even the rollback works, and goes on when it does', async () => {
    let failing = true;
    const spoiled = new Proxy(database, {
      get: (target, name: keyof Database) => {
        if (name !== 'exec') return target[name].bind(target);
        return (sql: string) => {
          if (failing && sql.startsWith('ROLLBACK')) throw new Error('disk I/O error');
          return target.exec(sql);
        };
      },
    });
    const writes = new GroupCommit(spoiled);
    const outcomes = await Promise.allSettled([
      writes.write(() => database.exec('INSERT OR ROLLBACK INTO a VALUES (1), (1)')),
      writes.write(insert(2)),
    ]);
    const refused = { status: 'rejected', reason: { code: 'not-committed' } };
    expect(outcomes).toMatchObject([refused, refused]);
    failing = false;
    await writes.write(insert(3)).catch(() => undefined);
    await writes.write(insert(4));
    expect(rows()).toContain(4);
    expect(rows()).not.toContain(2);
    writes.close();
  });

  it('refuses work that would go on after the commit', async () => {
    const outcomes = await Promise.allSettled([
      commits.write(insert(1)),
      commits.write(async () => {
        insert(2)();
      }),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'refused' } },
    ]);
    expect(rows()).toEqual([1]);
  });

  it('keeps no more waiting than there is memory for', async () => {
    const large = 32 * 1024 * 1024;
    const waiting = [commits.write(insert(1), { bytes: large }), commits.write(insert(2), { bytes: large })];
    await expect(commits.write(insert(3), { bytes: 1 })).rejects.toMatchObject({ code: 'overloaded' });
    await Promise.all(waiting);
    await commits.write(insert(4), { bytes: large });
    expect(rows()).toEqual([1, 2, 4]);
  });

  it('keeps no more waiting than it was told to', async () => {
    const few = new GroupCommit(database, 2);
    const waiting = [few.write(insert(1)), few.write(insert(2))];
    await expect(few.write(insert(3))).rejects.toMatchObject({ code: 'overloaded' });
    await Promise.all(waiting);
    await few.write(insert(4));
    expect(rows()).toEqual([1, 2, 4]);
  });

  it('commits what is waiting when it closes', async () => {
    const write = commits.write(insert(5));
    commits.close();
    await write;
    expect(rows()).toEqual([5]);
    await expect(commits.write(insert(6))).rejects.toMatchObject({ code: 'closed' });
  });
});
