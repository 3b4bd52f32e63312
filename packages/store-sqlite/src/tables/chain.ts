import type { AccountKey, ChainState } from '@sotto/client';
import { blob, flag, integer, optional, type Row, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO chain (account, device, chain, expected, hash, gap_since, gap_shown)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, device, chain) DO UPDATE SET
  expected = excluded.expected, hash = excluded.hash, gap_since = excluded.gap_since,
  gap_shown = excluded.gap_shown`;

export function putChain(sqlite: Sqlite, state: ChainState): void {
  const key = [state.account, state.device, state.chain];
  sqlite.run(PUT, [
    ...key,
    state.expected,
    state.hash ?? null,
    state.gapSince ?? null,
    Number(state.gapShown),
  ]);
  sqlite.run('DELETE FROM chain_ahead WHERE account = ? AND device = ? AND chain = ?', key);
  for (const [place, ahead] of state.ahead.entries()) {
    sqlite.run(
      'INSERT INTO chain_ahead (account, device, chain, place, counter, hash, previous) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [...key, place, ahead.counter, ahead.hash, ahead.previous ?? null],
    );
  }
}

export function deleteChains(sqlite: Sqlite, account: AccountKey): void {
  sqlite.run('DELETE FROM chain WHERE account = ?', [account]);
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

/** Longest open first. */
export function readOpenGaps(sqlite: Sqlite, time: number): readonly ChainState[] {
  return sqlite
    .all('SELECT * FROM chain WHERE gap_since <= ? AND gap_shown = 0 ORDER BY gap_since', [time])
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
    ahead: ahead.map((each) => ({
      counter: integer(each, 'counter'),
      hash: blob(each, 'hash'),
      ...optional(each, 'previous', 'previous', blob),
    })),
    ...optional(row, 'gap_since', 'gapSince', integer),
    gapShown: flag(row, 'gap_shown'),
  };
}
