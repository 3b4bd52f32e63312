import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFile, destroyFile, makePrivate, replaceFile, takeFolder } from './index.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-files-'));
  path = join(folder, 'key');
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('a file that is replaced', () => {
  it('has the new content, is its user’s alone, and leaves nothing beside it', () => {
    writeFileSync(path, 'old', { mode: 0o644 });
    replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key']);
  });

  it('takes nothing over from what a crash has left beside it', () => {
    writeFileSync(`${path}.new`, 'what was being written', { mode: 0o666 });
    replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe(0o600);
  });

  it('may be for others to read', () => {
    replaceFile(path, 'list', 0o644);
    expect(modeOf(path)).toBe(0o644);
  });

  it('stays as it was when the new one cannot be written', () => {
    expect(() => replaceFile(join(folder, 'missing', 'key'), 'new')).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that is created', () => {
  it('is there with its content, once', () => {
    expect(createFile(path, 'first')).toBe(true);
    expect(createFile(path, 'second')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key']);
  });
});

describe('a file that is destroyed', () => {
  it('is gone, with what a crash has left of it', () => {
    writeFileSync(path, 'secret');
    writeFileSync(`${path}.new`, 'earlier secret');
    destroyFile(path);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a database’s file', () => {
  it('exists and is private before anybody opens it, with what is beside it', () => {
    makePrivate(path);
    expect(modeOf(path)).toBe(0o600);
    for (const open of [path, `${path}-wal`]) writeFileSync(open, '', { mode: 0o644 });
    makePrivate(path);
    expect(modeOf(`${path}-wal`)).toBe(0o600);
  });
});

describe('a folder for the data of a program', () => {
  const take = (data: string) => takeFolder(data, (name) => name === 'ours.db').outcome;

  it('is made, and taken again with its own files, and is its user’s alone', () => {
    const data = join(folder, 'new', 'data');
    expect(take(data)).toBe('taken');
    expect(modeOf(data)).toBe(0o700);
    writeFileSync(join(data, 'ours.db'), '');
    mkdirSync(join(data, 'lost+found'));
    chmodSync(data, 0o755);
    expect(take(data)).toBe('taken');
    expect(modeOf(data)).toBe(0o700);
  });

  it('is left as it is when it holds anything else', () => {
    writeFileSync(path, 'somebody’s');
    chmodSync(folder, 0o755);
    expect(take(folder)).toBe('other-files');
    expect(readdirSync(folder)).toEqual(['key']);
    expect(modeOf(folder)).toBe(0o755);
  });

  it('is left as it is when it is another user’s', () => {
    chmodSync(folder, 0o755);
    const user = vi.spyOn(process, 'getuid').mockReturnValue(statSync(folder).uid + 1);
    expect(take(folder)).toBe('other-owner');
    user.mockRestore();
    expect(modeOf(folder)).toBe(0o755);
  });

  it('is refused when it is none', () => {
    writeFileSync(path, '');
    expect(takeFolder(path, () => true)).toMatchObject({ outcome: 'unusable', cause: { code: 'EEXIST' } });
  });
});
