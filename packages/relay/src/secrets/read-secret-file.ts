import { readFileSync } from 'node:fs';
import { Secret, utf8 } from '@sotto/bytes';
import { RelayError } from '../errors.ts';

/** A secret that an operator shares with another server is a line; more is another file. */
const MAX_LENGTH = 4_096;

/** The first line of a file, without what surrounds it. Throws RelayError `bad-secret-file`, which does not quote it. */
export function readSecretFile(path: string): Secret {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RelayError('bad-secret-file', 'a file with a secret cannot be read', { cause });
  }
  const line = text.length > MAX_LENGTH ? '' : (text.split('\n')[0] ?? '').trim();
  if (line === '') throw new RelayError('bad-secret-file', 'a file that should hold a secret holds none');
  return new Secret(utf8(line));
}
