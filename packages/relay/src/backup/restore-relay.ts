import { join } from 'node:path';
import { openPostgres, openSqliteStore, run, type Work } from '@sotto/database';
import { MAILBOX_MIGRATIONS } from '@sotto/mailbox';
import { restoreFolder } from '@sotto/operation';
import { loadSecrets } from '../secrets/relay-secrets.ts';
import { requireSameSecrets } from '../shared/require-same-secrets.ts';
import { openSharedRelayStore } from '../store/relay-store.ts';
import { RELAY_MIGRATIONS } from '../store/schema.ts';
import { RELAY_BACKUP } from './expected-backup.ts';

export interface RestoreRequest {
  readonly from: string;
  /** A folder that does not exist yet, or an empty one. */
  readonly data: string;
  /** `postgres://…`, where the database of the relay was restored before by its own means. */
  readonly database?: string;
}

/**
 * Make a data folder from a backup, whole or not at all.
 * What was handed out once may have been handed out since the backup was made, so one-time prekeys are dropped;
 * clients see that they are out and bring new ones. Rejects with OperationError `no-backup`, `damaged-backup` or
 * `bad-data-folder`, RelayError `other-secrets`, or DatabaseError.
 */
export function restoreRelay({ from, data, database }: RestoreRequest): Promise<{ readonly madeAt: number }> {
  return restoreFolder({
    from,
    data,
    expected: RELAY_BACKUP,
    finish: async (made, { elsewhere }) => {
      if (!elsewhere) {
        await inStore(made, 'relay.db', RELAY_MIGRATIONS, dropOneTimeKeys);
        await inStore(made, 'mailbox.db', MAILBOX_MIGRATIONS, nothing);
      }
      if (database !== undefined) await onServer(database, made);
    },
  });
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
