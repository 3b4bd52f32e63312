import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile, syncFolder, syncWayTo } from '@sotto/files';
import { OperationError } from '../errors.ts';
import { copyDurably, syncFile } from './copy-durably.ts';
import { type BackedUpFile, describeFile, foldersOf, formatManifest, MANIFEST } from './manifest.ts';

/**
 * A backup that is being made. The list of all its files, with their hashes, comes last; without it the copy is none. It is as
 * secret as what it was made of, and its owner's alone.
 */
export class BackupWriter {
  readonly #to: string;
  readonly #progress: (file: BackedUpFile) => void;
  readonly #files: BackedUpFile[] = [];

  /** `to`: a folder that does not exist yet, or an empty one. Throws OperationError `bad-backup-folder`. */
  constructor(to: string, progress: (file: BackedUpFile) => void = () => undefined) {
    this.#to = to;
    this.#progress = progress;
    makeEmptyFolder(to);
  }

  /** Copy one file of `data`, by its name there with `/` between folders. */
  async copy(data: string, name: string): Promise<void> {
    await copyDurably(join(data, name), join(this.#to, name));
    await this.#done(name);
  }

  /** One file that `write` makes at the path it is given. */
  async write(name: string, write: (path: string) => void): Promise<void> {
    const path = join(this.#to, name);
    write(path);
    chmodSync(path, 0o600);
    await syncFile(path);
    await this.#done(name);
  }

  async #done(name: string): Promise<void> {
    const file = await describeFile(this.#to, name);
    this.#files.push(file);
    this.#progress(file);
  }

  /** `madeAt` in milliseconds; `elsewhere` as in the list. */
  finish(madeAt: number, elsewhere = false): { readonly files: number; readonly bytes: number } {
    const files = this.#files;
    for (const folder of foldersOf(files)) syncFolder(join(this.#to, folder));
    replaceFile(join(this.#to, MANIFEST), formatManifest({ madeAt, elsewhere, files }));
    syncWayTo(this.#to);
    return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  }
}

function makeEmptyFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (readdirSync(folder).length === 0) {
      chmodSync(folder, 0o700);
      return;
    }
  } catch (cause) {
    throw new OperationError('bad-backup-folder', 'the folder for the backup cannot be made', { cause });
  }
  throw new OperationError(
    'bad-backup-folder',
    'the folder for the backup is not empty; name a new one for each backup',
  );
}
