import { type EraseFailed, GroupCommit, LogEraser, openDatabase } from '@sotto/database';
import { MAX_DATABASE_BYTES, MAX_WAITING_WRITES } from '../constants.ts';
import { Messages } from './messages.ts';
import { NODE_MIGRATIONS } from './schema.ts';

/** The messages that a node keeps. Reads see the last commit; writes go through `write`. */
export interface NodeStore {
  readonly messages: Messages;
  /** Settles after the commit is synced; see GroupCommit. `bytes` is what the work holds in memory. */
  write<Result>(work: () => Result, bytes?: number): Promise<Result>;
  /** Something was removed: no byte of it is left in the write-ahead log within half a minute. */
  eraseSoon(): void;
  close(): void;
}

/** Open `node.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openNodeStore(
  path: string,
  eraseFailed: EraseFailed,
  maxBytes: number = MAX_DATABASE_BYTES,
): NodeStore {
  const database = openDatabase({ path, migrations: NODE_MIGRATIONS });
  const commits = new GroupCommit(database, MAX_WAITING_WRITES);
  const eraser = new LogEraser(database, eraseFailed);
  // A process that was killed has left its log behind.
  eraser.soon();
  return {
    messages: new Messages(database, maxBytes),
    write: (work, bytes = 0) => commits.write(work, { bytes }),
    eraseSoon: () => eraser.soon(),
    close: () => {
      commits.close();
      eraser.now();
      eraser.stop();
      database.close();
    },
  };
}
