import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromHex, toHex } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { CliError } from '../../cli-error.ts';
import type { Output } from '../../output.ts';
import { readBounded, syncFolder } from './list-on-disk.ts';

/** The pair of a key file: 64 hexadecimal digits of an Ed25519 seed. Notes when others can read it. */
export async function readSigningKey(file: string, output: Output): Promise<Ed25519KeyPair> {
  const text = (await readBounded(file, 'make one with `sotto directory init`')).trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new CliError('bad-directory', `${file} holds no key`, 'name the file that `directory init` made');
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    output.note(`others on this machine can read ${file}: chmod 600 ${file}`);
  }
  return ed25519KeyPair(fromHex(text));
}

/** The same, of a file that is made if it is missing: mode 0600, on disk before it is used. */
export async function obtainSigningKey(file: string, output: Output): Promise<Ed25519KeyPair> {
  const seed = randomBytes(32);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${toHex(seed)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(dirname(file));
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'EEXIST') return readSigningKey(file, output);
    throw new CliError('bad-directory', `${file} cannot be written (${code})`);
  }
  output.note(`made the key ${file}; keep a copy: without it the list cannot be signed again`);
  return ed25519KeyPair(seed);
}
