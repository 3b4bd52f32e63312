import type { Bus } from './bus.ts';
import { checkPayload, checkSubject, Listeners } from './listeners.ts';

/** The bus of a server that is one process. No bell is lost. */
export function localBus(): Bus {
  const listeners = new Listeners();
  let isOpen = true;
  return {
    publish: (subject, payload) => {
      checkSubject(subject);
      checkPayload(payload);
      listeners.ring(subject, payload);
    },
    subscribe: (subject, listener) => {
      checkSubject(subject);
      if (!isOpen) return () => undefined;
      const end = listeners.add(subject, listener);
      return () => void end();
    },
    close: async () => {
      isOpen = false;
      listeners.clear();
    },
  };
}
