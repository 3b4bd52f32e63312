/** A word of a text as it is compared, and where it stands. */
export interface Token {
  readonly word: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly from: number;
  /** For each UTF-16 unit of `word`: where what it was made of ends in the text. */
  readonly ends: readonly number[];
}

/** What is beyond counts for no comparison: nobody types so much of one word. */
const MAX_WORD = 64;

/** A character with its marks; letters of which Hangul is put together stay together. */
const CLUSTER = /[\u1100-\u11ff]+\p{M}*|\P{M}\p{M}*|\p{M}+/gu;

/** Scripts without spaces between words: each character is a word, and neighbours are a phrase. */
const ALONE =
  /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{Extended_Pictographic}]/u;
const IN_WORD = /^[\p{L}\p{N}\p{M}]/u;

/** Accents, and vowel signs that Arabic and Hebrew may leave out. Marks of other scripts make another word. */
const LEFT_OUT = /(?![\u3099\u309a])(?=\p{Mn})[\p{sc=Zinh}\p{sc=Arab}\p{sc=Hebr}]|\u0640/gu;

const ASCII = /^[\0-\x7f]*$/;
const ASCII_LETTER = /^[a-z0-9]$/;
const BEYOND_ASCII = '\x80';

/** The words of a text: small letters, without accents, in one way to write what looks the same. */
export function wordsOf(text: string): readonly string[] {
  return tokensOf(text).map(({ word }) => word);
}

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let word = '';
  let from = 0;
  let ends: number[] = [];
  const finish = () => {
    if (word !== '') tokens.push({ word, from, ends });
    word = '';
    ends = [];
  };
  const append = (part: string, start: number, end: number) => {
    if (word === '') from = start;
    if (word.length + part.length > MAX_WORD) return;
    word += part;
    for (let unit = 0; unit < part.length; unit++) ends.push(end);
  };
  const take = (cluster: string, index: number): void => {
    const end = index + cluster.length;
    // What folds to nothing, as a stray accent does, ends no word.
    for (const part of fold(cluster)) {
      if (part.length === 1 && ASCII_LETTER.test(part)) append(part, index, end);
      else if (part < BEYOND_ASCII) finish();
      else if (ALONE.test(part)) {
        finish();
        append(part, index, end);
        finish();
      } else if (IN_WORD.test(part)) append(part, index, end);
      else finish();
    }
  };
  // Nearly every text is, and each of its characters is a cluster then.
  if (ASCII.test(text)) for (let index = 0; index < text.length; index++) take(text[index] as string, index);
  else for (const { 0: cluster, index } of text.matchAll(CLUSTER)) take(cluster, index);
  finish();
  return tokens;
}

function fold(cluster: string): Iterable<string> {
  if (cluster.length === 1 && cluster < '\u0080') return cluster.toLowerCase();
  const folded = cluster.normalize('NFKD').toLowerCase().replace(LEFT_OUT, '').normalize('NFC');
  return folded.replaceAll('ß', 'ss').replaceAll('ς', 'σ').replaceAll('ı', 'i');
}
