import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { syncFolder, syncWayTo } from '@sotto/files';
import { OperationError } from '../errors.ts';
import { copyDurably } from './copy-durably.ts';
import { type BackedUpFile, describeFile, type ExpectedBackup, foldersOf, readManifest } from './manifest.ts';

export interface RestoreFolderRequest {
  readonly from: string;
  /** A folder that does not exist yet, or an empty one. */
  readonly data: string;
  readonly expected: ExpectedBackup;
  /** Look at the new folder, and change what must not come back, before it takes its place. */
  finish(made: string, backup: { readonly elsewhere: boolean }): Promise<void>;
}

/**
 * Make a data folder from a backup, whole or not at all: every file is compared with the list before one is copied.
 * Rejects with OperationError `no-backup`, `damaged-backup` or `bad-data-folder`, or with what `finish` throws.
 */
export async function restoreFolder(request: RestoreFolderRequest): Promise<{ readonly madeAt: number }> {
  const { from, data, expected, finish } = request;
  const { files, elsewhere, madeAt } = readManifest(from, expected);
  for (const file of files) await requireWhole(from, file);
  const made = makeBeside(resolve(data));
  try {
    for (const { name } of files) await copyDurably(join(from, name), join(made, name));
    await finish(made, { elsewhere });
    for (const folder of ['', ...foldersOf(files)]) syncFolder(join(made, folder));
    renameSync(made, resolve(data));
    syncWayTo(data);
    return { madeAt };
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
}

async function requireWhole(from: string, file: BackedUpFile): Promise<void> {
  const found = await describeFile(from, file.name).catch(() => undefined);
  if (found !== undefined && found.size === file.size && found.sha256 === file.sha256) return;
  throw new OperationError(
    'damaged-backup',
    `${file.name} of the backup is missing or is not what was written`,
  );
}

/** A new folder that takes the place of `data` when it is complete: a half restored server must never start. */
function makeBeside(data: string): string {
  try {
    mkdirSync(dirname(data), { recursive: true });
    if (existing(data).length === 0) return mkdtempSync(join(dirname(data), `.${basename(data)}-`));
  } catch (cause) {
    throw new OperationError('bad-data-folder', 'the data folder cannot be made or used', { cause });
  }
  throw new OperationError(
    'bad-data-folder',
    'the data folder is not empty; name one that does not exist yet',
  );
}

function existing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
