import { checkDirection } from './check-direction.ts';
import { checkTimelines } from './check-timelines.ts';
import type { Entry } from './entry.ts';
import { readChats } from './read-chats.ts';
import type { Violation } from './violation.ts';

/** Judge a history. Pure: whoever has the log can judge it again. */
export function checkHistory(entries: readonly Entry[]): readonly Violation[] {
  const chats = readChats(entries);
  const mayLose = entries.some((entry) => entry.event === 'run' && entry.may_lose);
  const ended = entries.some(({ event }) => event === 'ended');
  return [
    ...chats.directions.flatMap((direction) => checkDirection(direction, chats, mayLose)),
    ...checkCausesShown(entries),
    ...checkTimelines(entries, chats),
    ...entries.flatMap((entry) =>
      entry.event === 'finding' ? [{ kind: 'finding', from: '', to: '', words: entry.words } as const] : [],
    ),
    ...(ended ? [] : [{ kind: 'unfinished', from: '', to: '', words: 'the run was cut off' } as const]),
  ];
}

/** An answer is shown to somebody after what it answers was shown to them, or was written by them. */
function checkCausesShown(entries: readonly Entry[]): readonly Violation[] {
  const { byText, operations } = readChats(entries);
  const known = new Set<string>();
  const violations: Violation[] = [];
  for (const entry of entries) {
    if (entry.event === 'invoked') known.add(`${entry.from} ${entry.op}`);
    if (entry.event !== 'shown') continue;
    const operation = byText.get(entry.text);
    if (operation === undefined) continue;
    known.add(`${entry.who} ${operation.op}`);
    const { op, cause, from, to } = operation;
    if (cause === undefined || known.has(`${entry.who} ${cause}`)) continue;
    // Somebody else's chat: nothing promises an order between chats.
    const answered = operations.get(cause);
    if (answered !== undefined && answered.from !== entry.who && answered.to !== entry.who) continue;
    violations.push({ kind: 'causal', from, to, words: `shown before ${cause}, which it answers`, op });
  }
  return violations;
}
