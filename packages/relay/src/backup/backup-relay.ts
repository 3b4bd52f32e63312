import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyDatabase } from '@sotto/database';
import { replaceFile, syncFolder, syncWayTo } from '@sotto/files';
import { RelayError } from '../errors.ts';
import { copyDurably, syncFile } from './copy-durably.ts';
import {
  type BackedUpFile,
  DATABASES,
  describeFile,
  foldersOf,
  formatManifest,
  MANIFEST,
} from './manifest.ts';

export interface BackupRequest {
  readonly data: string;
  /** Accounts and mail are on a database server, whose own backup has them; files of them in the folder are old. */
  readonly elsewhere?: boolean;
  /** A folder that does not exist yet, or an empty one. */
  readonly to: string;
  readonly now?: () => number;
  /** Told of each file that is done. */
  readonly progress?: (file: BackedUpFile) => void;
}

export interface Backup {
  readonly files: number;
  readonly bytes: number;
  /** Accounts and mail are in it. */
  readonly whole: boolean;
}

const FILES = ['secrets.json', 'address'];
/** Of blobs those that are finished: who was uploading goes on for longer than a backup takes. */
const FOLDERS = ['tls', 'blobs/blobs'];

/**
 * Copy a relay's data folder while the relay runs: each database as it stands at one moment, then the files that do not
 * change. The list of all, with their hashes, comes last; without it the copy is none. It is as secret as the folder.
 * Rejects with RelayError `no-relay` or `bad-backup-folder`, or DatabaseError.
 */
export async function backupRelay(request: BackupRequest): Promise<Backup> {
  const { data, elsewhere = false, to, now = Date.now, progress } = request;
  if (!existsSync(join(data, 'secrets.json'))) {
    throw new RelayError('no-relay', 'no relay has been started on this data folder yet');
  }
  if (!elsewhere && !DATABASES.every((name) => existsSync(join(data, name)))) {
    throw new RelayError(
      'no-relay',
      'accounts and mail of this relay are on a database server: name that too',
    );
  }
  makeEmptyFolder(to);
  const files: BackedUpFile[] = [];
  const done = async (name: string): Promise<void> => {
    const file = await describeFile(to, name);
    files.push(file);
    progress?.(file);
  };
  for (const name of elsewhere ? [] : DATABASES) {
    copyDatabase(join(data, name), join(to, name));
    chmodSync(join(to, name), 0o600);
    await syncFile(join(to, name));
    await done(name);
  }
  for (const name of [...FILES, ...FOLDERS.flatMap((folder) => filesBelow(data, folder))]) {
    if (await wasCopied(data, to, name)) await done(name);
  }
  for (const folder of foldersOf(files)) syncFolder(join(to, folder));
  replaceFile(join(to, MANIFEST), formatManifest({ madeAt: now(), elsewhere, files }));
  syncWayTo(to);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { files: files.length, bytes, whole: !elsewhere };
}

function makeEmptyFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    if (readdirSync(folder).length === 0) return;
  } catch (cause) {
    throw new RelayError('bad-backup-folder', 'the folder for the backup cannot be made', { cause });
  }
  throw new RelayError(
    'bad-backup-folder',
    'the folder for the backup is not empty; name a new one for each backup',
  );
}

function filesBelow(data: string, folder: string): readonly string[] {
  if (!existsSync(join(data, folder))) return [];
  return readdirSync(join(data, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(data, name);
    return entry.isFile() ? [name] : [];
  });
}

/** False when it is gone by now, as blobs go that have had their time. */
async function wasCopied(data: string, to: string, name: string): Promise<boolean> {
  try {
    await copyDurably(join(data, name), join(to, name));
    return true;
  } catch (error) {
    if (!name.startsWith('blobs/') || existsSync(join(data, name))) throw error;
    rmSync(join(to, name), { force: true });
    return false;
  }
}
