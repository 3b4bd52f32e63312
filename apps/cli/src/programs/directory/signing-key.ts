import { stat } from 'node:fs/promises';
import { fromHex, toHex } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { createFile } from '@sotto/files';
import { CliError } from '../../cli-error.ts';
import type { Output } from '../../output.ts';
import { readBounded } from './list-on-disk.ts';

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

/** The same, of a file that is made if it is missing: mode 0600, whole and on disk before it is used. */
export async function obtainSigningKey(file: string, output: Output): Promise<Ed25519KeyPair> {
  const seed = randomBytes(32);
  let made: boolean;
  try {
    made = createFile(file, `${toHex(seed)}\n`);
  } catch (error) {
    throw new CliError('bad-directory', `${file} cannot be written (${(error as { code?: unknown }).code})`);
  }
  if (!made) return readSigningKey(file, output);
  output.note(`made the key ${file}; keep a copy: without it the list cannot be signed again`);
  return ed25519KeyPair(seed);
}
