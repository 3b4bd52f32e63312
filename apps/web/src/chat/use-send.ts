import { LocalApiError, type LocalApiErrorCode } from '@sotto/local-api';
import { useCallback, useState } from 'react';
import { api } from '../state/connection.ts';
import { describeError } from '../ui/use-action.ts';
import { hasAttached, sendAttached } from './attach/attach-store.ts';
import { showOwn } from './items-store.ts';
import { looksLikeRecoveryWords } from './recovery-words.ts';

export interface Unsent {
  readonly words: string;
  readonly code: LocalApiErrorCode | undefined;
}

interface Sending {
  /** Why the last one did not leave the composer. */
  readonly unsent: Unsent | undefined;
  /** What looks like recovery words and waits for a decision. */
  readonly doubted: string | undefined;
  /** Resolves to whether the composer is done with it. */
  readonly send: (text: string, isSure?: boolean) => Promise<boolean>;
  readonly clear: () => void;
}

/** Gives what was typed to the owner of the profile. It is on screen as soon as it is on disk there. */
export function useSend(account: string): Sending {
  const [unsent, setUnsent] = useState<Unsent>();
  const [doubted, setDoubted] = useState<string>();
  const send = useCallback(
    async (text: string, isSure = false): Promise<boolean> => {
      setUnsent(undefined);
      setDoubted(undefined);
      if (!isSure && (await looksLikeRecoveryWords(text))) {
        setDoubted(text);
        return false;
      }
      try {
        if (hasAttached(account)) return await sendAttached(account, text);
        await showOwn(() => api().call('send', { to: account, text }));
        return true;
      } catch (error) {
        const code = error instanceof LocalApiError ? error.code : undefined;
        setUnsent({ words: describeError(error), code });
        return false;
      }
    },
    [account],
  );
  const clear = useCallback(() => {
    setUnsent(undefined);
    setDoubted(undefined);
  }, []);
  return { unsent, doubted, send, clear };
}
