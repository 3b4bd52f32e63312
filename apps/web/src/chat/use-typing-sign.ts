import { useEffect, useMemo } from 'react';
import { useApp } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { createTypingSign, type TypingSign } from './typing-sign.ts';

const SILENT: TypingSign = { typed: () => undefined, stop: () => undefined };

/** The typing sign of a chat, where the person lets others know. */
export function useTypingSign(who: string): TypingSign {
  const on = useApp(({ settings }) => settings.typing);
  const sign = useMemo(() => {
    if (!on) return SILENT;
    const tell = (typing: boolean) => {
      // Nothing is lost when it is not told.
      Promise.resolve()
        .then(() => api().call('chats.typing', { who, typing }))
        .catch(() => undefined);
    };
    return createTypingSign(tell, Date.now);
  }, [who, on]);
  useEffect(() => sign.stop, [sign]);
  return sign;
}
