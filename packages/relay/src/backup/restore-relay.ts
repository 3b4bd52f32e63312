import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { openPostgres, openSqliteStore, run, type Work } from '@sotto/database';
import { syncFolder, syncWayTo } from '@sotto/files';
import { MAILBOX_MIGRATIONS } from '@sotto/mailbox';
import { RelayError } from '../errors.ts';
import { loadSecrets } from '../secrets/relay-secrets.ts';
import { requireSameSecrets } from '../shared/require-same-secrets.ts';
import { openSharedRelayStore } from '../store/relay-store.ts';
import { RELAY_MIGRATIONS } from '../store/schema.ts';
import { copyDurably } from './copy-durably.ts';
import { describeFile, foldersOf, readManifest } from './manifest.ts';

export interface RestoreRequest {
  readonly from: string;
  /** A folder that does not exist yet, or an empty one. */
  readonly data: string;
  /** `postgres://…`, where the database of the relay was restored before by its own means. */
  readonly database?: string;
}

/**
 * Make a data folder from a backup, whole or not at all: every file is compared with the list before one is copied.
 * What was handed out once may have been handed out since the backup was made, so one-time prekeys are dropped;
 * clients see that they are out and bring new ones. Rejects with RelayError `no-backup`, `damaged-backup`,
 * `bad-data-folder` or `other-secrets`, or DatabaseError.
 */
export async function restoreRelay(request: RestoreRequest): Promise<{ readonly madeAt: number }> {
  const { from, data, database } = request;
  const { files, elsewhere, madeAt } = readManifest(from);
  for (const file of files) {
    const found = await describeFile(from, file.name).catch(() => undefined);
    if (found === undefined || found.size !== file.size || found.sha256 !== file.sha256) {
      throw new RelayError(
        'damaged-backup',
        `${file.name} of the backup is missing or is not what was written`,
      );
    }
  }
  const made = makeBeside(resolve(data));
  try {
    for (const { name } of files) await copyDurably(join(from, name), join(made, name));
    if (!elsewhere) {
      await inStore(made, 'relay.db', RELAY_MIGRATIONS, dropOneTimeKeys);
      await inStore(made, 'mailbox.db', MAILBOX_MIGRATIONS, nothing);
    }
    if (database !== undefined) await onServer(database, made);
    for (const folder of ['', ...foldersOf(files)]) syncFolder(join(made, folder));
    renameSync(made, resolve(data));
    syncWayTo(data);
    return { madeAt };
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
}

/** A new folder that takes the place of `data` when it is complete: a half restored relay must never start. */
function makeBeside(data: string): string {
  try {
    mkdirSync(dirname(data), { recursive: true });
    if (existing(data).length === 0) return mkdtempSync(join(dirname(data), `.${basename(data)}-`));
  } catch (cause) {
    throw new RelayError('bad-data-folder', 'the data folder cannot be made or used', { cause });
  }
  throw new RelayError('bad-data-folder', 'the data folder is not empty; name one that does not exist yet');
}

function existing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function* dropOneTimeKeys(): Work<void> {
  yield* run('DELETE FROM one_time_key');
}

/** Opening it shows that it is what it should be, and of a version that this program knows. */
function* nothing(): Work<void> {
  yield* run('SELECT 1');
}

async function inStore(
  data: string,
  name: string,
  migrations: readonly string[],
  work: () => Work<void>,
): Promise<void> {
  const store = openSqliteStore({ path: join(data, name), migrations });
  try {
    await store.write(work);
  } finally {
    await store.close();
  }
}

async function onServer(url: string, data: string): Promise<void> {
  const postgres = await openPostgres({ url });
  try {
    const store = await openSharedRelayStore(postgres);
    const secrets = loadSecrets(data);
    if (secrets !== undefined) await requireSameSecrets(store, secrets);
    await store.write(dropOneTimeKeys);
  } finally {
    await postgres.close();
  }
}
