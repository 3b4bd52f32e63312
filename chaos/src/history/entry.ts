import { z } from 'zod';

/** One line of a history. `at` counts milliseconds of the harness's own monotonic clock. */
const at = z.number();
const op = z.string();
const who = z.string();

const entry = z.discriminatedUnion('event', [
  z.object({
    at,
    event: z.literal('run'),
    seed: z.int(),
    /** Something was done to servers that may cost messages, as long as whoever misses them is told. */
    may_lose: z.boolean(),
    plan: z.unknown(),
  }),
  /** A person asks for a message to be sent. `cause`: the operation whose text this one answers. */
  z.object({
    at,
    event: z.literal('invoked'),
    op,
    from: who,
    to: who,
    text: z.string(),
    cause: z.exactOptional(op),
  }),
  /** The product says that it is on disk. */
  z.object({ at, event: z.literal('acknowledged'), op, id: z.string() }),
  /** Cut off before an answer: it may have been written down or not. */
  z.object({ at, event: z.literal('unsure'), op, why: z.string() }),
  /** The product says that nothing was done. */
  z.object({ at, event: z.literal('refused'), op, why: z.string() }),
  z.object({ at, event: z.literal('shown'), who, from: who, text: z.string(), id: z.string() }),
  z.object({ at, event: z.literal('gap'), who, from: who, missing: z.int(), id: z.string() }),
  z.object({ at, event: z.literal('fault-begun'), fault: z.string(), target: z.string(), number: z.int() }),
  z.object({
    at,
    event: z.literal('fault-ended'),
    fault: z.string(),
    target: z.string(),
    number: z.int(),
    /** What came of it, where that is not the same every time. */
    outcome: z.exactOptional(z.string()),
  }),
  /** At the end: one line of a chat as its screen reads it, in the order of the screen. */
  z.object({
    at,
    event: z.literal('line'),
    who,
    with: who,
    direction: z.enum(['in', 'out', 'gap']),
    id: z.string(),
    text: z.string(),
    state: z.string(),
  }),
  z.object({ at, event: z.literal('note'), words: z.string() }),
  /** Something that must never be and that no other entry shows. */
  z.object({ at, event: z.literal('finding'), words: z.string() }),
  /** Everything was healed, and read to the end. */
  z.object({ at, event: z.literal('ended') }),
]);

export type Entry = z.infer<typeof entry>;
export type EntryOf<Event extends Entry['event']> = Extract<Entry, { event: Event }>;

/** Read a history back. Throws on a line that is none. */
export function parseHistory(text: string): readonly Entry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => entry.parse(JSON.parse(line)));
}
