import { api } from '../state/connection.ts';
import { areRecoveryWords, mayBeWords } from './looks-like-words.ts';

let list: Promise<ReadonlySet<string>> | undefined;

/** Whether a text looks like recovery words. Asks for the list once, and only when there is reason to. */
export async function looksLikeRecoveryWords(text: string): Promise<boolean> {
  if (!mayBeWords(text)) return false;
  list ??= api()
    .call('words.list', {})
    .then(({ words }) => new Set(words));
  try {
    return areRecoveryWords(text, await list);
  } catch {
    list = undefined;
    return false;
  }
}
