import { useEffect } from 'react';
import { lockApp, useApp } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { AutoLock } from './auto-lock.ts';
import { watchInput } from './watch-input.ts';

/** Tabs of one program hear of each other here; nothing but the fact is said. */
const CHANNEL = 'sotto.touch';

/** Lock after a while without anybody, where there is a passphrase and the person wants it. */
export function useAutoLock(): void {
  const has = useApp(({ state }) => state?.has_passphrase === true);
  const minutes = useApp(({ settings }) => settings.lock_after);
  useEffect(() => {
    if (!has || minutes === 0) return;
    const others = new BroadcastChannel(CHANNEL);
    const auto = new AutoLock({
      minutes,
      lock: () => void lockApp(),
      tell: () => {
        others.postMessage(null);
        void tellProgram();
      },
      now: () => Date.now(),
      after: (ms, act) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
    });
    others.addEventListener('message', () => auto.heard());
    const stopWatching = watchInput(() => auto.sign());
    return () => {
      stopWatching();
      auto.stop();
      others.close();
    };
  }, [has, minutes]);
}

async function tellProgram(): Promise<void> {
  try {
    await api().call('app.touch', {});
  } catch {
    // Nobody waits for the answer, and without a connection the program locks by itself, later.
  }
}
