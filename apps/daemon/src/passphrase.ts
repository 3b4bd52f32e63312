import { readFile, stat } from 'node:fs/promises';
import { LocalApiError } from '@sotto/local-api';

/** Longer than anybody types, short enough to hash without thought. */
const MAX_BYTES = 1024;

/** The first line of a file, without its line end. Throws LocalApiError `needs-passphrase`. */
export async function readPassphrase(path: string): Promise<string> {
  const text = await read(path);
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '') throw refused('the passphrase file is empty');
  return line;
}

async function read(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (facts.size <= MAX_BYTES) return await readFile(path, 'utf8');
  } catch {
    throw refused('the passphrase file cannot be read');
  }
  throw refused(`a passphrase has at most ${MAX_BYTES} bytes`);
}

function refused(message: string): LocalApiError {
  return new LocalApiError('needs-passphrase', message, 'give a file with the passphrase in its first line');
}
