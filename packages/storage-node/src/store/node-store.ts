import { type Database, type EraseFailed, GroupCommit, LogEraser, openDatabase } from '@sotto/database';
import { MAX_WAITING_WRITES } from '../constants.ts';
import { Changes } from './changes.ts';
import { countHeld, type Held } from './held.ts';
import { Holdings } from './holdings.ts';
import { KnownOwners } from './known-owners.ts';
import { MessageRows } from './message-rows.ts';
import { Messages } from './messages.ts';
import { OperationMemory } from './operation-memory.ts';
import { OperationRows } from './operation-rows.ts';
import { Operations } from './operations.ts';
import { Room, type RoomLimits } from './room.ts';
import { NODE_MIGRATIONS } from './schema.ts';
import { fillSyncIds, SyncStore } from './sync-store.ts';

/** What a node keeps: messages, and what their owners have asked for. Reads see the last commit; writes go through `write`. */
export interface NodeStore {
  readonly messages: Messages;
  readonly operations: Operations;
  readonly knownOwners: KnownOwners;
  readonly room: Room;
  /** What members of a swarm compare. */
  readonly sync: SyncStore;
  /** What is here by mailbox. */
  readonly holdings: Holdings;
  /** Looks at a row for each box: not for every request. */
  held(): Held;
  /** Settles after the commit is synced; see GroupCommit. `bytes` is what the work holds in memory. */
  write<Result>(work: () => Result, bytes?: number): Promise<Result>;
  /** Something was removed: no byte of it is left in the write-ahead log within half a minute. */
  eraseSoon(): void;
  close(): void;
}

/** Open `node.db`. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openNodeStore(path: string, eraseFailed: EraseFailed, limits: RoomLimits = {}): NodeStore {
  return storeIn(openDatabase({ path, migrations: NODE_MIGRATIONS }), eraseFailed, limits);
}

/** The same in a database that is open, with the node's schema. */
export function storeIn(database: Database, eraseFailed: EraseFailed, limits: RoomLimits = {}): NodeStore {
  const commits = new GroupCommit(database, MAX_WAITING_WRITES);
  const eraser = new LogEraser(database, eraseFailed);
  fillSyncIds(database);
  // A process that was killed has left its log behind.
  eraser.soon();
  const changes = new Changes();
  const rows = new MessageRows(database, changes);
  const room = new Room(database, changes, limits);
  const knownOwners = new KnownOwners(database);
  const operationRows = new OperationRows(database, changes);
  const operations = new Operations(operationRows, new OperationMemory(operationRows), rows, room);
  return {
    messages: new Messages(database, { rows, operations, room, owners: knownOwners }),
    operations,
    knownOwners,
    room,
    sync: new SyncStore(database, changes),
    holdings: new Holdings(database, changes),
    held: countHeld(database),
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
