import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type LocalApi, MAX_PIECE_BYTES } from '@sotto/local-api';
import { CliError } from '../../cli-error.ts';
import { typeOf } from './type-of.ts';

/** Hand a file on this machine over to the owner, piece by piece. Returns what `send` names it by. */
export async function handOver(api: LocalApi, path: string, signal: AbortSignal): Promise<string> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const { upload } = await api.call(
      'files.begin',
      { name: basename(path), type: typeOf(path), size },
      { signal },
    );
    for await (const piece of handle.createReadStream({ highWaterMark: MAX_PIECE_BYTES, autoClose: false })) {
      await api.call('files.put', { upload, data: (piece as Buffer).toString('base64') }, { signal });
    }
    return (await api.call('files.end', { upload }, { signal })).id;
  } finally {
    await handle.close();
  }
}

/** Only what has a size and an end. Throws CliError `bad-input`. */
async function openFile(path: string) {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw new CliError('bad-input', `${path} cannot be read`, reasonOf(error));
  }
  throw new CliError('bad-input', `${path} is no file`, 'pack a folder into one file first');
}

function reasonOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is nothing by that name';
  return code === 'EACCES' ? 'this user may not read it' : code;
}
