import type { Bytes } from '@sotto/bytes';
import {
  type EraseFailed,
  openPostgresStore,
  openSqliteStore,
  type Postgres,
  row,
  type Store,
  type Work,
} from '@sotto/database';
import { readAccount, type StoredAccount } from './accounts.ts';
import { KnownAccounts } from './known-accounts.ts';
import { RELAY_MIGRATIONS } from './schema.ts';
import { RELAY_MIGRATIONS_POSTGRES } from './schema-postgres.ts';
import { SeenRequests } from './seen-requests.ts';

/** Everything the relay keeps besides mail. What can be done with it are the files beside this one. */
export interface RelayStore extends Store {
  readonly seenRequests: SeenRequests;
  /** As it is committed now, whichever process has written it. */
  findAccount(aci: Bytes): Promise<StoredAccount | undefined>;
  /** A number for a device that connects, above those of all that have connected before, to whichever process. */
  numberConnection(): Promise<number>;
}

/** The key of their version. */
const RELAY_SCHEMA = 'relay';

/** Of the only process. */
export interface LocalRelayStore extends RelayStore {
  /** As `findAccount`, at once. */
  accountNow(aci: Bytes): StoredAccount | undefined;
}

/** Open `relay.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openRelayStore(path: string, eraseFailed: EraseFailed = () => undefined): LocalRelayStore {
  const onChange = (name: string): void => known.forget(name);
  const store = openSqliteStore({ path, migrations: RELAY_MIGRATIONS, eraseFailed, onChange });
  const known = new KnownAccounts((aci) => store.readNow(() => readAccount(aci)));
  let connections = 0;
  return {
    ...asRelayStore(store),
    accountNow: (aci) => known.now(aci),
    findAccount: (aci) => known.find(aci),
    numberConnection: async () => ++connections,
  };
}

/**
 * The same for a command beside the relay, which may be running and of another version: that is refused and not
 * changed, with DatabaseError `newer-version` or `older-version`. Otherwise as above.
 */
export async function openServedStore(where: string | Postgres): Promise<Store> {
  const migrates = false;
  return typeof where === 'string'
    ? openSqliteStore({ path: where, migrations: RELAY_MIGRATIONS, migrates })
    : openPostgresStore({
        postgres: where,
        name: RELAY_SCHEMA,
        migrations: RELAY_MIGRATIONS_POSTGRES,
        migrates,
      });
}

/**
 * Open the tables of a relay that may have other processes. Accounts are read each time: another process may have
 * changed one a moment ago, and a refusal that is out of date sends a client away for good. Rejects with DatabaseError
 * `newer-version`, `unreachable` or `unreadable`.
 */
export async function openSharedRelayStore(postgres: Postgres): Promise<RelayStore> {
  const migrations = RELAY_MIGRATIONS_POSTGRES;
  const store = await openPostgresStore({ postgres, name: RELAY_SCHEMA, migrations });
  return {
    ...asRelayStore(store),
    findAccount: (aci) => store.read(() => readAccount(aci)),
    numberConnection: () => store.read(nextConnection),
  };
}

function* nextConnection(): Work<number> {
  return Number((yield* row("SELECT nextval('connection_number') AS number"))?.['number']);
}

function asRelayStore(store: Store): Store & Pick<RelayStore, 'seenRequests'> {
  return {
    seenRequests: new SeenRequests(store),
    write: (work) => store.write(work),
    read: (work) => store.read(work),
    erase: () => store.erase(),
    close: () => store.close(),
  };
}
