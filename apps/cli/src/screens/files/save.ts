import { constants, type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FileValue, LocalApi } from '@sotto/local-api';
import { CliError } from '../../cli-error.ts';

/** More of one name than anybody looks for in one folder. */
const MAX_SAME_NAME = 1_000;

/**
 * Save a file that is here into a folder, under its own clean name or that with a number: nothing that is there is ever
 * written over. Returns the path; it is on disk then.
 */
export async function saveFile(
  api: LocalApi,
  file: FileValue,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { handle, path } = await createNew(folder, file.name ?? `file-${file.id.slice(0, 8)}`);
  try {
    await fill(api, { file, handle, signal });
    await handle.sync();
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function fill(
  api: LocalApi,
  {
    file,
    handle,
    signal,
  }: { readonly file: FileValue; readonly handle: FileHandle; readonly signal: AbortSignal },
): Promise<void> {
  for (let from = 0; from < file.size; ) {
    const { data } = await api.call('files.read', { id: file.id, from }, { signal });
    const piece = Buffer.from(data, 'base64');
    if (piece.length === 0) throw new CliError('failed', 'the file ended before its end');
    await handle.writeFile(piece);
    from += piece.length;
  }
}

/** For the user alone, as mail is. */
async function createNew(folder: string, name: string): Promise<{ handle: FileHandle; path: string }> {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let number = 1; number <= MAX_SAME_NAME; number++) {
    const path = join(folder, number === 1 ? name : `${stem} (${number})${ending}`);
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      return { handle: await open(path, flags, 0o600), path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new CliError('failed', `${path} cannot be written`, (error as NodeJS.ErrnoException).code);
    }
  }
  throw new CliError('failed', `${folder} has too many files named ${name}`, 'choose another folder');
}
