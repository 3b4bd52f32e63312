import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** When something in a file or folder last changed, in milliseconds; 0 where there is nothing. */
export function newestIn(path) {
  if (!existsSync(path)) return 0;
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
