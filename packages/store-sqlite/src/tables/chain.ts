import type { AccountKey, ChainState } from '@sotto/client';
import { blob, integer, optional, type Row, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO chain (account, device, chain, expected, hash, last_sent_at, gap_since)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, device, chain) DO UPDATE SET
  expected = excluded.expected, hash = excluded.hash, last_sent_at = excluded.last_sent_at,
  gap_since = excluded.gap_since`;

const PUT_AHEAD = `
INSERT INTO chain_ahead (account, device, chain, place, counter, hash, previous, sent_at, arrived_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function putChain(sqlite: Sqlite, state: ChainState): void {
  const key = [state.account, state.device, state.chain];
  sqlite.run(PUT, [
    ...key,
    state.expected,
    state.hash ?? null,
    state.lastSentAt ?? null,
    state.gapSince ?? null,
  ]);
  sqlite.run('DELETE FROM chain_ahead WHERE account = ? AND device = ? AND chain = ?', key);
  for (const [place, ahead] of state.ahead.entries()) {
    const { counter, hash, previous, sentAt, at } = ahead;
    sqlite.run(PUT_AHEAD, [...key, place, counter, hash, previous ?? null, sentAt, at]);
  }
}

export function readChain(
  sqlite: Sqlite,
  account: AccountKey,
  device: number,
  chain: number,
): ChainState | undefined {
  const row = sqlite.get('SELECT * FROM chain WHERE account = ? AND device = ? AND chain = ?', [
    account,
    device,
    chain,
  ]);
  return row && chainOf(sqlite, row);
}

/** Of all devices of one account. */
export function readChains(sqlite: Sqlite, account: AccountKey): readonly ChainState[] {
  return sqlite
    .all('SELECT * FROM chain WHERE account = ? ORDER BY device, chain', [account])
    .map((row) => chainOf(sqlite, row));
}

/** Longest open first. */
export function readOpenGaps(sqlite: Sqlite, time: number): readonly ChainState[] {
  return sqlite
    .all('SELECT * FROM chain WHERE gap_since <= ? ORDER BY gap_since', [time])
    .map((row) => chainOf(sqlite, row));
}

function chainOf(sqlite: Sqlite, row: Row): ChainState {
  const account = text(row, 'account');
  const device = integer(row, 'device');
  const chain = integer(row, 'chain');
  const ahead = sqlite.all(
    'SELECT * FROM chain_ahead WHERE account = ? AND device = ? AND chain = ? ORDER BY place',
    [account, device, chain],
  );
  return {
    account,
    device,
    chain,
    expected: integer(row, 'expected'),
    ...optional(row, 'hash', 'hash', blob),
    ...optional(row, 'last_sent_at', 'lastSentAt', integer),
    ahead: ahead.map((each) => ({
      counter: integer(each, 'counter'),
      hash: blob(each, 'hash'),
      ...optional(each, 'previous', 'previous', blob),
      sentAt: integer(each, 'sent_at'),
      at: integer(each, 'arrived_at'),
    })),
    ...optional(row, 'gap_since', 'gapSince', integer),
  };
}
