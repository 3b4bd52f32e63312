import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkProfile } from './check-profile.ts';
import { canonicalProfile, hasStore, prepareFolder, removeProfile, STORE_FILE } from './profile-folder.ts';

let dir: string;

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'sotto-profile-')));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('a profile folder', () => {
  it('has one name, however it is written and whether or not it exists', async () => {
    await mkdir(join(dir, 'real'));
    await symlink(join(dir, 'real'), join(dir, 'link'));
    expect(await canonicalProfile(join(dir, 'link', '..', 'real'))).toBe(join(dir, 'real'));
    expect(await canonicalProfile(join(dir, 'link'))).toBe(join(dir, 'real'));
    expect(await canonicalProfile(join(dir, 'link', 'new', 'er'))).toBe(join(dir, 'real', 'new', 'er'));
  });

  it('is made for its user alone, also where an empty folder was open to all', async () => {
    const [made, taken] = [join(dir, 'made'), join(dir, 'taken')];
    await mkdir(taken);
    await chmod(taken, 0o755);
    for (const folder of [made, taken]) {
      await prepareFolder(folder);
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
  });

  it('is not made of a folder that holds other things, which stays as it is', async () => {
    await writeFile(join(dir, 'thesis.txt'), 'x');
    await chmod(dir, 0o755);
    await expect(prepareFolder(dir)).rejects.toMatchObject({ code: 'bad-profile' });
    expect((await stat(dir)).mode & 0o777).toBe(0o755);
  });

  it('is refused when it is a file', async () => {
    const file = join(dir, 'file');
    await writeFile(file, 'x');
    await expect(hasStore(file)).rejects.toMatchObject({ code: 'bad-profile' });
    expect(await checkProfile(file)).toContainEqual(expect.objectContaining({ check: 'profile', ok: false }));
  });

  it('loses what is ours and keeps what is not', async () => {
    const profile = join(dir, 'profile');
    await mkdir(profile);
    for (const name of [STORE_FILE, `${STORE_FILE}-wal`, 'key', 'diary.txt']) {
      await writeFile(join(profile, name), 'x');
    }
    await removeProfile(profile);
    expect(await readdir(profile)).toEqual(['diary.txt']);
    await rm(join(profile, 'diary.txt'));
    await removeProfile(profile);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('the look from outside', () => {
  it('names files that others may read', async () => {
    await writeFile(join(dir, STORE_FILE), 'x');
    await writeFile(join(dir, 'key'), 'x');
    await chmod(join(dir, STORE_FILE), 0o600);
    await chmod(join(dir, 'key'), 0o644);
    const [, , permissions] = await checkProfile(dir);
    expect(permissions).toMatchObject({
      check: 'permissions',
      ok: false,
      detail: expect.stringContaining('key'),
    });
    await chmod(join(dir, 'key'), 0o600);
    expect((await checkProfile(dir)).every(({ ok }) => ok)).toBe(true);
  });
});
