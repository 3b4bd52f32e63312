import type { Sqlite } from '../sqlite.ts';

export function putSeen(sqlite: Sqlite, mark: string, forgetAfter: number): void {
  sqlite.run(
    'INSERT INTO seen (mark, forget_after) VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET forget_after = excluded.forget_after',
    [mark, forgetAfter],
  );
}

export function hasSeen(sqlite: Sqlite, mark: string): boolean {
  return sqlite.get('SELECT 1 AS found FROM seen WHERE mark = ?', [mark]) !== undefined;
}

export function forgetSeen(sqlite: Sqlite, now: number): void {
  sqlite.run('DELETE FROM seen WHERE forget_after <= ?', [now]);
}
