import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../state/connection.ts';
import { describeError } from '../../ui/use-action.ts';

/** The owner's words, one by one. */
export async function fetchWords(): Promise<readonly string[]> {
  const { phrase } = await api().call('account.phrase', {});
  return phrase.split(' ');
}

/**
 * The words, asked for when they are to be shown and dropped when they are not: also when the window is
 * left, because what was on screen may be in the picture of a window.
 */
export function useWords(): {
  readonly words: readonly string[] | undefined;
  readonly problem: string | undefined;
  readonly show: () => void;
  readonly hide: () => void;
} {
  const [words, setWords] = useState<readonly string[]>();
  const [problem, setProblem] = useState<string>();
  const wanted = useRef(false);
  const show = useCallback(() => {
    wanted.current = true;
    setProblem(undefined);
    fetchWords().then(
      (fetched) => {
        if (wanted.current) setWords(fetched);
      },
      (error: unknown) => setProblem(describeError(error)),
    );
  }, []);
  const hide = useCallback(() => {
    wanted.current = false;
    setWords(undefined);
  }, []);
  useEffect(() => {
    const leave = () => {
      if (document.hidden) hide();
    };
    addEventListener('blur', hide);
    document.addEventListener('visibilitychange', leave);
    return () => {
      removeEventListener('blur', hide);
      document.removeEventListener('visibilitychange', leave);
      hide();
    };
  }, [hide]);
  return { words, problem, show, hide };
}
