import type { Secret } from '@sotto/bytes';
import { migrate } from './migrate.ts';
import { keepAnAccount } from './migrations/0001-keep-an-account.ts';
import { travelTwoRoads } from './migrations/0002-travel-two-roads.ts';
import { Sqlite } from './sqlite.ts';

/**
 * A store as the second version left it: contacts, and texts of each in turn. For tests of what brings it
 * forward; what it makes is on disk when it returns.
 */
export function makeOldStore(request: {
  readonly path: string;
  readonly key: Secret;
  readonly contacts: readonly string[];
  readonly texts: number;
}): void {
  const { path, key, contacts, texts } = request;
  const sqlite = Sqlite.open(path, key);
  try {
    migrate(sqlite, [{ sql: keepAnAccount }, { sql: travelTwoRoads }]);
    sqlite.transaction(() => {
      for (const account of contacts) {
        sqlite.run(
          `INSERT INTO contact (account, state, knows_profile_key, road, record_checked_at, verified, next_counter, added_at)
           VALUES (?, 'accepted', 1, 'auto', 5, 0, 9, 7)`,
          [account],
        );
      }
      for (let at = 1; at <= texts; at++) {
        const chat = contacts[at % contacts.length] ?? '';
        sqlite.run(
          `INSERT INTO message (author, device, sent_at, chat, direction, kind, text, state, request)
           VALUES (?, 1, ?, ?, 'in', 'text', ?, 'received', 0)`,
          [chat, at, chat, `bar Grüße number ${at}`],
        );
      }
    });
  } finally {
    sqlite.close();
  }
}
