import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPassphrase } from './passphrase.ts';

describe('a passphrase file', () => {
  let folder: string;
  const fileWith = async (text: string) => {
    const path = join(folder, 'passphrase');
    await writeFile(path, text);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sotto-passphrase-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives its first line', async () => {
    expect(await readPassphrase(await fileWith('correct horse \r\nsecond\n'))).toBe('correct horse ');
    expect(await readPassphrase(await fileWith('x'.repeat(1024)))).toBe('x'.repeat(1024));
  });

  it('is refused when it is empty, too long, missing or a folder', async () => {
    const refused = { code: 'needs-passphrase' };
    await expect(readPassphrase(await fileWith('\nsecond'))).rejects.toMatchObject(refused);
    await expect(readPassphrase(await fileWith('x'.repeat(1025)))).rejects.toMatchObject(refused);
    await expect(readPassphrase(join(folder, 'absent'))).rejects.toMatchObject(refused);
    await expect(readPassphrase(folder)).rejects.toMatchObject(refused);
  });

  it('is read no further than needed when it has no end', async () => {
    await expect(readPassphrase('/dev/zero')).rejects.toMatchObject({ code: 'needs-passphrase' });
  });
});
