import type { Bytes } from '@sotto/bytes';
import {
  type ChangeListener,
  type EraseFailed,
  openPostgresStore,
  openSqliteStore,
  type Postgres,
  type Store,
} from '@sotto/database';
import { readAccount, type StoredAccount } from './accounts.ts';
import { KnownAccounts } from './known-accounts.ts';
import { RELAY_MIGRATIONS } from './schema.ts';
import { RELAY_MIGRATIONS_POSTGRES } from './schema-postgres.ts';
import { SeenRequests } from './seen-requests.ts';

/** Everything the relay keeps besides mail. What can be done with it are the files beside this one. */
export interface RelayStore extends Store {
  readonly seenRequests: SeenRequests;
  /** As it is committed; where other processes write too, as it was a second ago at worst. */
  findAccount(aci: Bytes): Promise<StoredAccount | undefined>;
  /** Another process has changed what has this name. */
  forget(name: string): void;
}

/** The key of their version. */
const RELAY_SCHEMA = 'relay';

/** A change that got lost on its way is overlooked for so long, milliseconds. */
const KNOWN_FOR = 1_000;

/** Open `relay.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openRelayStore(path: string, eraseFailed: EraseFailed = () => undefined): RelayStore {
  const known = new KnownAccounts();
  const onChange = (name: string): void => known.forget(name);
  return withAccounts(openSqliteStore({ path, migrations: RELAY_MIGRATIONS, eraseFailed, onChange }), known);
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
 * Open the tables of a relay that may have other processes. `onChange` is told of what this one changes, for them
 * to `forget`. Rejects with DatabaseError `newer-version`, `unreachable` or `unreadable`.
 */
export async function openSharedRelayStore(
  postgres: Postgres,
  onChange: ChangeListener = () => undefined,
): Promise<RelayStore> {
  const known = new KnownAccounts(KNOWN_FOR);
  const store = await openPostgresStore({
    postgres,
    name: RELAY_SCHEMA,
    migrations: RELAY_MIGRATIONS_POSTGRES,
    onChange: (name) => {
      known.forget(name);
      onChange(name);
    },
  });
  return withAccounts(store, known);
}

function withAccounts(store: Store, known: KnownAccounts): RelayStore {
  return {
    seenRequests: new SeenRequests(store),
    findAccount: (aci) => known.find(aci, () => store.read(() => readAccount(aci))),
    forget: (name) => known.forget(name),
    write: (work) => store.write(work),
    read: (work) => store.read(work),
    erase: () => store.erase(),
    close: () => store.close(),
  };
}
