/** Fewer are a sentence. */
const FEWEST = 12;

/** Words as somebody may type or paste them: in lines, numbered, with commas. */
function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;.\d)]+/u)
    .filter((word) => word !== '');
}

/** Worth a look at the list: long enough, short enough, and nothing but letters. */
export function mayBeWords(text: string): boolean {
  if (text.length > 2_000) return false;
  const words = wordsIn(text);
  return words.length >= FEWEST && words.length <= 60 && words.every((word) => /^\p{L}{2,}$/u.test(word));
}

/** Recovery words, most likely: twelve or more, all from the list that they are made of. */
export function areRecoveryWords(text: string, list: ReadonlySet<string>): boolean {
  return mayBeWords(text) && wordsIn(text).every((word) => list.has(word));
}
