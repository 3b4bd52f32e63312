import { expect } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type Person, shown, type Written, write } from './person.ts';

/** What everybody must be shown in the end: each text once, in the order of writing, and gaps where texts were taken away. */
export interface Chats {
  /** Write a text, with files that are written down already, which must arrive sooner or later. */
  say(from: Person, to: Person, files?: readonly string[]): Promise<Written>;
  /** A text that the liar has taken away for good: a gap stands for it. */
  lose(written: Written): void;
  /** A text that is not sent after all. */
  withdraw(written: Written): void;
  /** Everything that should be shown is, once and in order, and nothing else. */
  settle(patience?: number): Promise<void>;
}

interface Expected {
  readonly from: Person;
  readonly to: Person;
  readonly texts: string[];
}

export function createChats(): Chats {
  const chats: Expected[] = [];
  const textsOf = (from: Person, to: Person): string[] => {
    const known = chats.find((chat) => chat.from === from && chat.to === to);
    if (known !== undefined) return known.texts;
    const chat = { from, to, texts: [] };
    chats.push(chat);
    return chat.texts;
  };
  const replace = (text: string, by: readonly string[]) => {
    for (const { texts } of chats) if (texts.includes(text)) texts.splice(texts.indexOf(text), 1, ...by);
  };
  return {
    async say(from, to, files) {
      const written = await write(from, to, files);
      textsOf(from, to).push(written.text);
      return written;
    },
    lose: ({ text }) => replace(text, ['…']),
    withdraw: ({ text }) => replace(text, []),
    async settle(patience = 12_000) {
      for (const { from, to, texts } of chats) {
        const isThere = async () => (await shown(to, from)).length >= texts.length;
        await waitUntil(`${to.name} is shown all of ${from.name}`, patience, isThere, 10).catch(
          () => undefined,
        );
        expect(await shown(to, from), `${to.name} is shown what ${from.name} wrote`).toEqual(texts);
      }
    },
  };
}
