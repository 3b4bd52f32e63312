import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from '@signalapp/sqlcipher';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdFolder } from './hold-folder.ts';
import { type Database, openDatabase } from './open-database.ts';

let folder: string;
let path: string;
const open: { close(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-database-'));
  path = join(folder, 'a.db');
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  rmSync(folder, { recursive: true });
});

function start(): Database {
  const database = openDatabase({ path, migrations: ['CREATE TABLE a (n INTEGER) STRICT'] });
  open.push(database);
  return database;
}

/** What another process meets when it wants the folder too. */
function holdElsewhere(): string {
  const program = `
    const { default: Sqlite } = await import('@signalapp/sqlcipher');
    const lock = new Sqlite(${JSON.stringify(join(folder, 'owner.lock'))});
    try { lock.exec('BEGIN EXCLUSIVE'); console.log('held'); } catch (error) { console.log(error.code); }`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    encoding: 'utf8',
  }).trim();
}

describe('a database of a server', () => {
  it('syncs every commit and overwrites what is deleted', () => {
    const database = start();
    database.exec('INSERT INTO a VALUES (1)');
    const setting = (name: string) => database.pragma(name, { simple: true });
    expect(setting('journal_mode')).toBe('wal');
    expect(setting('synchronous')).toBe(2);
    expect(setting('secure_delete')).toBe(1);
    expect(setting('foreign_keys')).toBe(1);
  });

  it('has pages of the size that it was made with', () => {
    const sizeWith = (pageSize: number): unknown => {
      const database = openDatabase({ path, migrations: ['CREATE TABLE a (n INTEGER) STRICT'], pageSize });
      const size = database.pragma('page_size', { simple: true });
      database.close();
      return size;
    };
    expect([sizeWith(8_192), sizeWith(4_096)]).toEqual([8_192, 8_192]);
  });

  it('is private to its user, also when it was not before', () => {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    start().exec('INSERT INTO a VALUES (1)');
    expect(readdirSync(folder)).toHaveLength(3);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('says that it is in use, not that it is something else, while another keeps it locked', () => {
    const other = new Sqlite(path);
    open.push(other);
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE other (n)');
    expect(start).toThrow(expect.objectContaining({ code: 'in-use' }));
  });

  it('leaves nothing of a migration that fails, and says what failed first', () => {
    const half = () => openDatabase({ path, migrations: ['CREATE TABLE half (n); CREATE TABLE half (n)'] });
    expect(half).toThrow(
      expect.objectContaining({
        code: 'unreadable',
        cause: expect.objectContaining({ message: expect.stringContaining('already exists') }),
      }),
    );
    const tables = start().prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    expect(tables).toEqual([{ name: 'a' }]);
  });
});

describe('holding a folder', () => {
  it('is for one at a time', () => {
    const hold = holdFolder(folder);
    expect(holdElsewhere()).toBe('SQLITE_BUSY');
    expect(() => holdFolder(folder)).toThrow(expect.objectContaining({ code: 'in-use' }));
    expect(holdElsewhere()).toBe('SQLITE_BUSY');
    hold.release();
    expect(holdElsewhere()).toBe('held');
    holdFolder(folder).release();
  });

  it('tells a folder that is not there from one that is held', () => {
    expect(() => holdFolder(join(folder, 'missing'))).toThrow(
      expect.objectContaining({ code: 'unreadable' }),
    );
    writeFileSync(join(folder, 'owner.lock'), 'no database, and long enough to be looked at. '.repeat(50));
    expect(() => holdFolder(folder)).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });
});
