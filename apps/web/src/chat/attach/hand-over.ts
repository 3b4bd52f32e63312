import { type LocalApi, LocalApiError, MAX_PIECE_BYTES } from '@sotto/local-api';
import { toBase64 } from './to-base64.ts';

interface Handing {
  /** Stops it; nothing of the files stays with the owner then. */
  readonly signal: AbortSignal;
  /** Bytes of all of them that the owner of the profile has. */
  readonly onProgress: (done: number) => void;
}

/**
 * Give files to the owner of the profile, who encrypts and writes them down: a piece of each at a time in memory, and the
 * next one when the owner has room. Resolves to their IDs for `send`. Rejects with LocalApiError, `cancelled` when it
 * was stopped; then they are dropped.
 */
export async function handOver(
  api: LocalApi,
  files: readonly File[],
  { signal, onProgress }: Handing,
): Promise<readonly string[]> {
  const given: string[] = [];
  let before = 0;
  try {
    for (const file of files) {
      const { name, type, size } = file;
      const { upload } = await api.call('files.begin', { name: name.slice(0, 1024), type, size });
      given.push(upload);
      for (let from = 0; from < size; from += MAX_PIECE_BYTES) {
        if (signal.aborted) throw new LocalApiError('cancelled', 'it was stopped');
        const data = toBase64(await readPiece(file, from));
        await api.call('files.put', { upload, data });
        onProgress(before + Math.min(size, from + MAX_PIECE_BYTES));
      }
      const { id } = await api.call('files.end', { upload });
      given[given.length - 1] = id;
      before += size;
    }
    if (signal.aborted) throw new LocalApiError('cancelled', 'it was stopped');
    return given;
  } catch (error) {
    await drop(api, given);
    throw error;
  }
}

/** Of no message any more. What is gone already is as well gone. */
export async function drop(api: LocalApi, given: readonly string[]): Promise<void> {
  await Promise.allSettled(given.map((id) => api.call('files.drop', { id })));
}

async function readPiece(file: File, from: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(from, from + MAX_PIECE_BYTES).arrayBuffer());
  } catch {
    // Deleted, changed, or never readable: a browser says no more than that.
    throw new LocalApiError('file-changed', 'the file cannot be read any more');
  }
}
