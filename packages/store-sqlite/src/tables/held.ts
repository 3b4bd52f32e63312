import type { AccountKey, HeldText } from '@sotto/client';
import { integer, optional, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO held (account, device, chain, counter, sent_at, text, road, received_at, files)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, device, chain, counter) DO UPDATE SET
  sent_at = excluded.sent_at, text = excluded.text, road = excluded.road, received_at = excluded.received_at,
  files = excluded.files`;

export function putHeld(sqlite: Sqlite, held: HeldText): void {
  sqlite.run(PUT, [
    held.account,
    held.device,
    held.chain,
    held.counter,
    held.sentAt,
    held.text,
    held.road,
    held.receivedAt,
    held.files ?? null,
  ]);
}

export function deleteHeld(
  sqlite: Sqlite,
  { account, device, chain, counter }: Pick<HeldText, 'account' | 'device' | 'chain' | 'counter'>,
): void {
  sqlite.run('DELETE FROM held WHERE account = ? AND device = ? AND chain = ? AND counter = ?', [
    account,
    device,
    chain,
    counter,
  ]);
}

export function deleteHeldOf(sqlite: Sqlite, account: AccountKey): void {
  sqlite.run('DELETE FROM held WHERE account = ?', [account]);
}

/** In the order of the chain. */
export function readHeld(
  sqlite: Sqlite,
  account: AccountKey,
  device: number,
  chain: number,
): readonly HeldText[] {
  return sqlite
    .all('SELECT * FROM held WHERE account = ? AND device = ? AND chain = ? ORDER BY counter', [
      account,
      device,
      chain,
    ])
    .map((row) => ({
      account: text(row, 'account'),
      device: integer(row, 'device'),
      chain: integer(row, 'chain'),
      counter: integer(row, 'counter'),
      sentAt: integer(row, 'sent_at'),
      text: text(row, 'text'),
      road: word(row, 'road', ['relay', 'onion']),
      receivedAt: integer(row, 'received_at'),
      ...optional(row, 'files', 'files', integer),
    }));
}

export function countHeld(sqlite: Sqlite, account: AccountKey): number {
  const row = sqlite.get('SELECT count(*) AS held FROM held WHERE account = ?', [account]);
  return row ? integer(row, 'held') : 0;
}
