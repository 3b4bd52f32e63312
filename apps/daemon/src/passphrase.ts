import { open } from 'node:fs/promises';
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
  const bytes = await readStart(path);
  if (bytes.length > MAX_BYTES) throw refused(`a passphrase file has at most ${MAX_BYTES} bytes`);
  return bytes.toString('utf8');
}

/** One byte more than is allowed at most: pipes and devices have no size to ask for, and may have no end. */
async function readStart(path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  try {
    const file = await open(path, 'r');
    try {
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch {
    throw refused('the passphrase file cannot be read');
  }
  return buffer.subarray(0, length);
}

function refused(message: string): LocalApiError {
  return new LocalApiError('needs-passphrase', message, 'give a file with the passphrase in its first line');
}
