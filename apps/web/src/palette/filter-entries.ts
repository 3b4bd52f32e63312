/** What an entry is found by. */
export interface Findable {
  readonly label: string;
  readonly kind: 'command' | 'chat';
}

/** Chats that stand before the commands while nothing was typed. */
const FIRST_CHATS = 5;
/** As many as anybody looks through. */
export const MAX_SHOWN = 50;
/** Of a name that somebody else has made as long as they could. */
const MAX_LOOKED_AT = 128;
const MAX_WORDS = 8;

/**
 * Entries whose label holds every typed word, without regard to case, accents and vowel marks; those that
 * begin with what was typed first, else in their order. Nothing typed: all commands and a few chats.
 */
export function filterEntries<Entry extends Findable>(entries: readonly Entry[], typed: string): Entry[] {
  const words = fold(typed).split(' ').filter(Boolean).slice(0, MAX_WORDS);
  if (words.length === 0) {
    let chats = 0;
    return entries.filter(({ kind }) => kind === 'command' || ++chats <= FIRST_CHATS).slice(0, MAX_SHOWN);
  }
  const beginning: Entry[] = [];
  const others: Entry[] = [];
  for (const entry of entries) {
    const label = fold(entry.label);
    if (!words.every((word) => label.includes(word))) continue;
    (label.startsWith(words.join(' ')) ? beginning : others).push(entry);
  }
  return [...beginning, ...others].slice(0, MAX_SHOWN);
}

/** A text as it is compared: no marks, no case, no characters that are not seen, single spaces. */
function fold(text: string): string {
  return text
    .slice(0, MAX_LOOKED_AT)
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
}
