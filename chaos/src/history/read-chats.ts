import type { Entry, EntryOf } from './entry.ts';

export interface Operation {
  readonly op: string;
  /** Place among all that its sender wrote into this chat. */
  readonly place: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly cause: string | undefined;
  readonly outcome: 'acknowledged' | 'unsure' | 'refused' | 'open';
}

/** What one person saw of another: texts and gaps in the order of the screen. */
export type Seen = EntryOf<'shown'> | EntryOf<'gap'>;

/** One direction of a chat. */
export interface Direction {
  readonly from: string;
  readonly to: string;
  readonly sent: Operation[];
  readonly seen: Seen[];
}

export interface Chats {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly byText: ReadonlyMap<string, Operation>;
  readonly directions: readonly Direction[];
}

/** Sort a history into the directions of its chats. */
export function readChats(entries: readonly Entry[]): Chats {
  const outcomes = new Map<string, Operation['outcome']>();
  for (const entry of entries) {
    if (entry.event === 'acknowledged' || entry.event === 'unsure' || entry.event === 'refused') {
      outcomes.set(entry.op, entry.event);
    }
  }
  const operations = new Map<string, Operation>();
  const byText = new Map<string, Operation>();
  const directions = new Map<string, Direction>();
  const directionOf = (from: string, to: string): Direction => {
    const name = JSON.stringify([from, to]);
    const direction = directions.get(name) ?? { from, to, sent: [], seen: [] };
    directions.set(name, direction);
    return direction;
  };
  for (const entry of entries) {
    if (entry.event === 'shown' || entry.event === 'gap') directionOf(entry.from, entry.who).seen.push(entry);
    if (entry.event !== 'invoked') continue;
    const { op, from, to, text, cause } = entry;
    const direction = directionOf(from, to);
    const outcome = outcomes.get(op) ?? 'open';
    const operation = { op, place: direction.sent.length, from, to, text, cause, outcome };
    direction.sent.push(operation);
    operations.set(op, operation);
    byText.set(text, operation);
  }
  return { operations, byText, directions: [...directions.values()] };
}
