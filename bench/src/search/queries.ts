import { rankOf, wordOf } from './random-texts.ts';

/** So long a beginning of a word somebody has typed when the first results come. */
const BEGINNING = 3;

/** Words of one search. */
export type Query = readonly string[];

/** In turns: rare, middling and frequent words, two words as they come in texts, and a beginning. */
export function queryOf(number: number, random: () => number): Query {
  const between = (least: number, most: number): string =>
    wordOf(least + Math.floor(random() * (most - least)));
  switch (number % 5) {
    case 0:
      return [between(10_000, 20_000)];
    case 1:
      return [between(200, 2_000)];
    case 2:
      return [between(1, 20)];
    case 3:
      return [wordOf(rankOf(random)), wordOf(rankOf(random))];
    default:
      return [between(300, 20_000).slice(0, BEGINNING)];
  }
}
