import { LocalApiError, type Result } from '@sotto/local-api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../state/connection.ts';
import { describeError } from '../ui/use-action.ts';

/** Typing goes on within this time. */
const PAUSE_MS = 150;
const PAGE = 50;
/** More is not read through by anybody. */
const MOST = 1_000;

type Found = Result<'search'>;
export interface Search {
  /** Of the words searched for last; undefined before the first answer. */
  readonly found: Found | undefined;
  readonly problem: string | undefined;
  readonly more: () => void;
}

/** Search while typing. What is asked for too late is given up. */
export function useSearch(text: string, who?: string): Search {
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<string>();
  const asked = useRef<AbortController>(undefined);
  const wanted = text.trim();
  const ask = useCallback(
    async (before?: Found) => {
      asked.current?.abort();
      const ending = new AbortController();
      asked.current = ending;
      const last = before?.messages.at(-1)?.item.sequence;
      try {
        const params = {
          text: wanted,
          limit: PAGE,
          ...(who === undefined ? {} : { who }),
          ...(last === undefined ? {} : { before: last }),
        };
        const next = await api().call('search', params, { signal: ending.signal });
        if (ending.signal.aborted) return;
        setProblem(undefined);
        setFound(
          before
            ? { ...next, contacts: before.contacts, messages: [...before.messages, ...next.messages] }
            : next,
        );
      } catch (error) {
        if (ending.signal.aborted) return;
        if (!(error instanceof LocalApiError)) throw error;
        setProblem(describeError(error));
      } finally {
        if (asked.current === ending) asked.current = undefined;
      }
    },
    [wanted, who],
  );
  useEffect(() => {
    if (wanted === '') {
      setFound(undefined);
      return;
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      asked.current?.abort();
    };
  }, [wanted, ask]);
  const more = useCallback(() => {
    if (found?.more && found.messages.length < MOST && asked.current === undefined) void ask(found);
  }, [found, ask]);
  return { found, problem, more };
}
