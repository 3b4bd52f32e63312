import type { Bytes } from '@sotto/bytes';
import { type EraseFailed, openSqliteStore, type Store } from '@sotto/database';
import { readAccount, type StoredAccount } from './accounts.ts';
import { KnownAccounts } from './known-accounts.ts';
import { RELAY_MIGRATIONS } from './schema.ts';
import { SeenRequests } from './seen-requests.ts';

/** Everything the relay keeps besides mail. What can be done with it are the files beside this one. */
export interface RelayStore extends Store {
  readonly seenRequests: SeenRequests;
  /** As it is committed. */
  findAccount(aci: Bytes): Promise<StoredAccount | undefined>;
}

/** Open `relay.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openRelayStore(path: string, eraseFailed: EraseFailed = () => undefined): RelayStore {
  const known = new KnownAccounts();
  const store = openSqliteStore({
    path,
    migrations: RELAY_MIGRATIONS,
    eraseFailed,
    onChange: (name) => known.forget(name),
  });
  return {
    seenRequests: new SeenRequests(),
    findAccount: (aci) => known.find(aci, () => store.read(() => readAccount(aci))),
    write: (work) => store.write(work),
    read: (work) => store.read(work),
    erase: () => store.erase(),
    close: () => store.close(),
  };
}
