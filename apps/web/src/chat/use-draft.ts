import { useEffect, useMemo } from 'react';
import { keepDraft } from '../state/chats-store.ts';

/** A pause in typing after which the draft is kept. */
const PAUSE_MS = 400;

export interface Draft {
  /** It was typed in. */
  readonly changed: (text: string) => void;
  /** It was sent, or is not wanted any more. */
  readonly forget: () => void;
}

/** Keeps what is typed with the profile: in pauses, and when the chat is left. */
export function useDraft(account: string): Draft {
  const draft = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waiting: string | undefined;
    const keep = () => {
      clearTimeout(timer);
      if (waiting === undefined) return;
      const text = waiting;
      waiting = undefined;
      // Without a connection it stays on screen, and the next key tries again.
      keepDraft(account, text).catch(() => undefined);
    };
    return {
      keep,
      changed: (text: string) => {
        waiting = text;
        clearTimeout(timer);
        timer = setTimeout(keep, PAUSE_MS);
      },
      forget: () => {
        waiting = '';
        keep();
      },
    };
  }, [account]);
  useEffect(() => {
    addEventListener('pagehide', draft.keep);
    return () => {
      removeEventListener('pagehide', draft.keep);
      draft.keep();
    };
  }, [draft]);
  return draft;
}
