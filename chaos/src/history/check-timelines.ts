import type { Entry, EntryOf } from './entry.ts';
import type { Chats, Direction } from './read-chats.ts';
import type { Violation } from './violation.ts';

type Line = EntryOf<'line'>;

/** States of a message of one's own that some road has carried. */
const CARRIED: ReadonlySet<string> = new Set(['sent', 'delivered', 'read']);

/**
 * Chats as their screens read them at the end: the same as what was shown when it came, one's own messages
 * once and in order and carried, and every answer below what it answers.
 */
export function checkTimelines(entries: readonly Entry[], chats: Chats): readonly Violation[] {
  const timelines = new Map<string, Line[]>();
  for (const entry of entries) {
    if (entry.event !== 'line') continue;
    const name = JSON.stringify([entry.who, entry.with]);
    timelines.set(name, [...(timelines.get(name) ?? []), entry]);
  }
  if (timelines.size === 0) return [];
  const linesOf = (who: string, other: string) => timelines.get(JSON.stringify([who, other])) ?? [];
  return [
    ...chats.directions.flatMap((direction) => [
      ...checkIncoming(direction, linesOf(direction.to, direction.from)),
      ...checkOutgoing(direction, linesOf(direction.from, direction.to)),
    ]),
    ...[...timelines.values()].flatMap((lines) => checkCauses(lines, chats)),
  ];
}

function checkIncoming({ from, to, seen }: Direction, lines: readonly Line[]): readonly Violation[] {
  const shown = seen.map((each) => (each.event === 'gap' ? `gap of ${each.missing}` : each.text));
  const read = lines
    .filter(({ direction }) => direction !== 'out')
    .map(({ direction, text }) => (direction === 'gap' ? `gap of ${text}` : text));
  const first = shown.findIndex((text, index) => read[index] !== text);
  if (first < 0 && read.length === shown.length) return [];
  const place = first < 0 ? shown.length : first;
  const words = `line ${place + 1} was ${quote(shown[place])} when it came and is ${quote(read[place])} in the chat`;
  return [{ kind: 'rewritten', from, to, words }];
}

function quote(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 60));
}

function checkOutgoing({ from, to, sent }: Direction, lines: readonly Line[]): readonly Violation[] {
  const violations: Violation[] = [];
  const own = lines.filter(({ direction }) => direction === 'out');
  const places = new Map<string, number>();
  for (const [index, line] of own.entries()) {
    if (places.has(line.text)) {
      violations.push({ kind: 'doubled', from, to, words: "twice in its sender's chat", op: line.text });
    }
    places.set(line.text, index);
  }
  let newest = -1;
  for (const { op, text, outcome } of sent) {
    const place = places.get(text);
    if (place === undefined) {
      if (outcome !== 'acknowledged') continue;
      violations.push({ kind: 'forgotten', from, to, words: "not in its sender's chat", op });
      continue;
    }
    if (place < newest) {
      violations.push({ kind: 'disordered', from, to, words: "out of order in its sender's chat", op });
    }
    newest = Math.max(newest, place);
    const state = own[place]?.state ?? '';
    if (!CARRIED.has(state)) {
      violations.push({ kind: 'stuck', from, to, words: `${state} after everything was healed`, op });
    }
  }
  return violations;
}

function checkCauses(lines: readonly Line[], { byText, operations }: Chats): readonly Violation[] {
  const above = new Set<string>();
  const violations: Violation[] = [];
  for (const { text } of lines) {
    const operation = byText.get(text);
    if (operation === undefined) continue;
    above.add(operation.op);
    const { op, cause, from, to } = operation;
    if (cause === undefined || above.has(cause)) continue;
    // What it answers was never on this screen at all: that is another violation.
    const known = operations.get(cause);
    if (known === undefined || !lines.some((line) => line.text === known.text)) continue;
    violations.push({ kind: 'causal', from, to, words: `stands before ${cause}, which it answers`, op });
  }
  return violations;
}
