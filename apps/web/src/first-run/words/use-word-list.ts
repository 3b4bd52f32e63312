import { useEffect, useState } from 'react';
import { api } from '../../state/connection.ts';
import { makeWordList, type WordList } from './word-list.ts';

/** The words there are, from the owner of the profile; undefined until they came. */
export function useWordList(): WordList | undefined {
  const [list, setList] = useState<WordList>();
  useEffect(() => {
    let gone = false;
    api()
      .call('words.list', {})
      .then(
        ({ words }) => {
          if (!gone) setList(makeWordList(words));
        },
        // Without them words are not helped along while one types; the owner judges them all the same.
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, []);
  return list;
}
