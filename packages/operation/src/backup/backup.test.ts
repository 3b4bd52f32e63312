import {
  appendFileSync,
  chmodSync,
  existsSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupWriter } from './backup-writer.ts';
import type { ExpectedBackup } from './manifest.ts';
import { restoreFolder } from './restore-folder.ts';

const EXPECTED: ExpectedBackup = { of: 'a server', needs: () => ['keys/one'] };

let folder: string;
let source: string;
let to: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-backup-'));
  [source, to, data] = [join(folder, 'source'), join(folder, 'to'), join(folder, 'data')];
  mkdirSync(join(source, 'keys'), { recursive: true });
  writeFileSync(join(source, 'keys', 'one'), 'secret', { mode: 0o644 });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function backUp(): Promise<void> {
  const backup = new BackupWriter(to);
  await backup.copy(source, 'keys/one');
  await backup.write('made.db', (path) => writeFileSync(path, 'rows', { mode: 0o644 }));
  expect(backup.finish(5)).toEqual({ files: 2, bytes: 10 });
}

const restore = (finish: (made: string) => Promise<void> = () => Promise.resolve()) =>
  restoreFolder({ from: to, data, expected: EXPECTED, finish });

describe('a backup', () => {
  it('is its owner’s alone, and comes back as it was', async () => {
    await backUp();
    const modes = ['.', 'keys', 'keys/one', 'made.db', 'backup.json'].map((name) =>
      (statSync(join(to, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '700', '600', '600', '600']);
    expect(await restore()).toEqual({ madeAt: 5 });
    expect(readFileSync(join(data, 'keys', 'one'), 'utf8')).toBe('secret');
    expect(readdirSync(data).sort()).toEqual(['keys', 'made.db']);
    expect(statSync(join(data, 'keys', 'one')).mode & 0o077).toBe(0);
  });

  it('goes into no folder that holds anything, and leaves that one’s mode alone', () => {
    chmodSync(source, 0o755);
    expect(() => new BackupWriter(source)).toThrow(expect.objectContaining({ code: 'bad-backup-folder' }));
    expect(statSync(source).mode & 0o777).toBe(0o755);
  });

  it('that is unfinished, lacks something or was changed restores nothing', async () => {
    await backUp();
    const refusedAs = async (code: string): Promise<void> => {
      await expect(restore()).rejects.toMatchObject({ code });
      expect(readdirSync(folder).sort()).toEqual(['source', 'to']);
    };
    const list = readFileSync(join(to, 'backup.json'), 'utf8');
    writeFileSync(join(to, 'backup.json'), list.replace('keys/one', 'keys/two'));
    await refusedAs('no-backup');
    writeFileSync(join(to, 'backup.json'), list.replace('made.db', '../made.db'));
    await refusedAs('no-backup');
    rmSync(join(to, 'backup.json'));
    await refusedAs('no-backup');
    writeFileSync(join(to, 'backup.json'), list);
    appendFileSync(join(to, 'keys', 'one'), '!');
    await refusedAs('damaged-backup');
  });

  it('is restored whole or not at all, and over nothing', async () => {
    await backUp();
    await expect(
      restore(async (made) => {
        expect(existsSync(join(made, 'keys', 'one'))).toBe(true);
        throw new Error('not this one');
      }),
    ).rejects.toThrow('not this one');
    expect(readdirSync(folder).sort()).toEqual(['source', 'to']);
    mkdirSync(data);
    writeFileSync(join(data, 'node.json'), 'another');
    await expect(restore()).rejects.toMatchObject({ code: 'bad-data-folder' });
    expect(readdirSync(data)).toEqual(['node.json']);
  });
});
