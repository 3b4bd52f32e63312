import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERASE_WITHIN } from './constants.ts';
import type { DatabaseError } from './errors.ts';
import { LogEraser } from './log-eraser.ts';
import { type Database, openDatabase } from './open-database.ts';

let folder: string;
let path: string;
let database: Database;
let full: boolean;
let told: DatabaseError[];
let eraser: LogEraser;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'sotto-eraser-'));
  path = join(folder, 'a.db');
  database = openDatabase({ path, migrations: ['CREATE TABLE a (n INTEGER) STRICT'] });
  full = false;
  told = [];
  const onDisk = new Proxy(database, {
    get: (target, name: keyof Database) => {
      if (name !== 'pragma') return target[name].bind(target);
      return (source: string) => {
        if (full && source.startsWith('wal_checkpoint')) {
          throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        }
        return target.pragma(source);
      };
    },
  });
  eraser = new LogEraser(onDisk, (error) => told.push(error));
});
afterEach(() => {
  eraser.stop();
  database.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

const logBytes = () => statSync(`${path}-wal`).size;

describe('erasing the log', () => {
  it('survives a full disk, tells once, and is done when there is room', () => {
    database.exec('INSERT INTO a VALUES (1)');
    full = true;
    eraser.soon();
    vi.advanceTimersByTime(10 * ERASE_WITHIN);
    expect(told.map(({ code }) => code)).toEqual(['not-erased']);
    expect(logBytes()).toBeGreaterThan(0);
    full = false;
    vi.advanceTimersByTime(ERASE_WITHIN);
    expect(logBytes()).toBe(0);
    database.exec('INSERT INTO a VALUES (2)');
    full = true;
    eraser.soon();
    vi.advanceTimersByTime(ERASE_WITHIN);
    expect(told).toHaveLength(2);
  });

  it('leaves writers their patience', () => {
    eraser.now();
    expect(database.pragma('busy_timeout', { simple: true })).toBe(5_000);
  });

  it('does nothing once stopped', () => {
    database.exec('INSERT INTO a VALUES (1)');
    eraser.soon();
    eraser.stop();
    vi.advanceTimersByTime(10 * ERASE_WITHIN);
    expect(logBytes()).toBeGreaterThan(0);
  });

  it('stays stopped, whatever is removed while the database closes', () => {
    database.exec('INSERT INTO a VALUES (1)');
    eraser.stop();
    eraser.soon();
    eraser.now();
    expect(vi.getTimerCount()).toBe(0);
    expect(logBytes()).toBeGreaterThan(0);
  });
});
