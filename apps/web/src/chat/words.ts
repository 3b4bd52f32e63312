import type { TFunction } from 'i18next';
import i18next from 'i18next';
import { createContext, useContext } from 'react';

interface Words {
  readonly t: TFunction<'chat'>;
  readonly language: string;
}

/**
 * The texts of a chat, taken from the catalogue once for all its lines: each line that takes them itself
 * costs as much as everything else of it.
 */
export const WordsContext = createContext<Words>({ t: i18next.getFixedT(null, 'chat'), language: 'en' });

export function useWords(): Words {
  return useContext(WordsContext);
}
