import type { Entry } from './entry.ts';

/** Whether everything acknowledged has been shown. */
export function isHome(entries: readonly Entry[]): boolean {
  const waiting = new Map<string, string>();
  for (const entry of entries) if (entry.event === 'invoked') waiting.set(entry.op, entry.text);
  const acknowledged = entries.flatMap((entry) => (entry.event === 'acknowledged' ? [entry.op] : []));
  const shown = new Set(entries.flatMap((entry) => (entry.event === 'shown' ? [entry.text] : [])));
  return acknowledged.every((op) => shown.has(waiting.get(op) ?? ''));
}
