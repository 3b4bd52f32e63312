import type { ClientEvent } from '../client-types.ts';

/** Tells listeners; one that throws is not called again. */
export interface Events {
  emit(event: ClientEvent): void;
  subscribe(listener: (event: ClientEvent) => void): () => void;
}

export function createEvents(onFailure: () => void): Events {
  const listeners = new Set<(event: ClientEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch {
          listeners.delete(listener);
          onFailure();
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
