import { type Bytes, equalBytes } from '@sotto/bytes';
import { rows, run, type Work } from '@sotto/database';
import { bytesOf } from './columns.ts';

/** Whether no mark that is kept differs; then those that are not kept yet are. */
export function* agreeOnSecrets(marks: ReadonlyMap<string, Bytes>): Work<boolean> {
  const kept = new Map(
    (yield* rows('SELECT name, mark FROM secret_mark')).map(({ name, mark }) => [
      String(name),
      bytesOf(mark),
    ]),
  );
  for (const [name, mark] of marks) if (!equalBytes(kept.get(name) ?? mark, mark)) return false;
  for (const [name, mark] of marks) {
    if (kept.has(name)) continue;
    yield* run('INSERT INTO secret_mark (name, mark) VALUES (?, ?) ON CONFLICT (name) DO NOTHING', [
      name,
      mark,
    ]);
  }
  return true;
}
