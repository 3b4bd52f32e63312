import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyDatabase } from '@sotto/database';
import { type BackedUpFile, BackupWriter } from '@sotto/operation';
import { RelayError } from '../errors.ts';
import { DATABASES } from './expected-backup.ts';

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
 * change. Rejects with RelayError `no-relay`, OperationError `bad-backup-folder`, or DatabaseError.
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
  const backup = new BackupWriter(to, progress);
  for (const name of elsewhere ? [] : DATABASES) {
    await backup.write(name, (path) => copyDatabase(join(data, name), path));
  }
  for (const name of [...FILES, ...FOLDERS.flatMap((folder) => filesBelow(data, folder))]) {
    await copyUnlessGone(backup, { data, to, name });
  }
  return { ...backup.finish(now(), elsewhere), whole: !elsewhere };
}

function filesBelow(data: string, folder: string): readonly string[] {
  if (!existsSync(join(data, folder))) return [];
  return readdirSync(join(data, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(data, name);
    return entry.isFile() ? [name] : [];
  });
}

/** Blobs that have had their time may go meanwhile. */
async function copyUnlessGone(
  backup: BackupWriter,
  { data, to, name }: { readonly data: string; readonly to: string; readonly name: string },
): Promise<void> {
  try {
    await backup.copy(data, name);
  } catch (error) {
    if (!name.startsWith('blobs/') || existsSync(join(data, name))) throw error;
    rmSync(join(to, name), { force: true });
  }
}
