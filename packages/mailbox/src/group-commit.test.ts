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

  it('commits what is waiting when it closes', async () => {
    const write = commits.write(insert(5));
    commits.close();
    await write;
    expect(rows()).toEqual([5]);
    await expect(commits.write(insert(6))).rejects.toMatchObject({ code: 'closed' });
  });
});
