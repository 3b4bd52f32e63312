import { StoreError } from './errors.ts';
import { keepAnAccount } from './migrations/0001-keep-an-account.ts';
import { travelTwoRoads } from './migrations/0002-travel-two-roads.ts';
import { unblockAsBefore } from './migrations/0003-unblock-as-before.ts';
import { indexAllTexts, showChats } from './migrations/0004-show-chats.ts';
import { chooseRelayAccess } from './migrations/0005-choose-relay-access.ts';
import { carryFiles } from './migrations/0006-carry-files.ts';
import { integer } from './row.ts';
import type { Sqlite } from './sqlite.ts';

/** Statements, and what they alone cannot do. */
interface Migration {
  readonly sql: string;
  readonly also?: (sqlite: Sqlite) => void;
}

/** In order; a store's `user_version` is how many of them it has had. Only ever added to. */
const MIGRATIONS: readonly Migration[] = [
  { sql: keepAnAccount },
  { sql: travelTwoRoads },
  { sql: unblockAsBefore },
  { sql: showChats, also: indexAllTexts },
  { sql: chooseRelayAccess },
  { sql: carryFiles },
];

/**
 * Bring a store up to this program's version, each step in a transaction of its own. Throws
 * StoreError `newer-version` without touching anything when a newer program wrote it.
 */
export function migrate(sqlite: Sqlite, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = integer(sqlite.get('PRAGMA user_version') ?? {}, 'user_version');
  if (version > migrations.length) {
    throw new StoreError(
      'newer-version',
      `a newer version of this program wrote this profile (store ${version}, known ${migrations.length}); use that one`,
    );
  }
  for (const [index, { sql, also }] of migrations.entries()) {
    if (index < version) continue;
    sqlite.transaction(() => {
      sqlite.script(sql);
      also?.(sqlite);
      sqlite.script(`PRAGMA user_version = ${index + 1}`);
    });
  }
}
