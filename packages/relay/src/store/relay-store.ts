import { type EraseFailed, GroupCommit, LogEraser, openDatabase } from '@sotto/database';
import { Accounts } from './accounts.ts';
import { Once } from './once.ts';
import { PreKeys } from './pre-keys.ts';
import { Records } from './records.ts';
import { RELAY_MIGRATIONS } from './schema.ts';

/** Everything the relay keeps besides mail. Reads see the last commit; writes go through `write`. */
export interface RelayStore {
  readonly accounts: Accounts;
  readonly preKeys: PreKeys;
  readonly records: Records;
  readonly once: Once;
  /** Settles after the commit is synced; see GroupCommit. What it replaced is gone from the log within half a minute. */
  write<Result>(work: () => Result): Promise<Result>;
  /** Leave no deleted byte in the write-ahead log: now, or within half a minute when another process reads. */
  erase(): void;
  close(): void;
}

/** Open `relay.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openRelayStore(path: string, eraseFailed: EraseFailed = () => undefined): RelayStore {
  const database = openDatabase({ path, migrations: RELAY_MIGRATIONS });
  const commits = new GroupCommit(database);
  const eraser = new LogEraser(database, eraseFailed);
  // A process that was killed has left its log behind.
  eraser.now();
  const accounts = new Accounts(database);
  return {
    accounts,
    preKeys: new PreKeys(database),
    records: new Records(database),
    once: new Once(database),
    write: async (work) => {
      try {
        return await commits.write(work);
      } finally {
        accounts.settled();
        eraser.soon();
      }
    },
    erase: () => eraser.now(),
    close: () => {
      commits.close();
      eraser.stop();
      database.close();
    },
  };
}
