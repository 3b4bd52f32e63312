import { LocalApiError, type NetworkViewValue } from '@sotto/local-api';
import { useCallback, useEffect, useState } from 'react';
import { api, onEvent, useConnection } from '../state/connection.ts';
import { describeError } from '../ui/use-action.ts';

/** Latencies and paths change without an event. */
const AGAIN_MS = 10_000;

/** How this account is connected, read again while it is looked at. */
export function useNetwork(): {
  readonly view: NetworkViewValue | undefined;
  readonly problem: string | undefined;
  /** Rejects never; `problem` tells. */
  readonly read: () => Promise<void>;
} {
  const [view, setView] = useState<NetworkViewValue>();
  const [problem, setProblem] = useState<string>();
  const open = useConnection(({ phase }) => phase === 'open');
  const read = useCallback(async () => {
    try {
      setView(await api().call('network.show', {}));
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof LocalApiError)) throw error;
      setProblem(describeError(error));
    }
  }, []);
  useEffect(() => {
    if (!open) return;
    void read();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void read();
    }, AGAIN_MS);
    const stop = onEvent(({ event }) => {
      if (event === 'road') void read();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [open, read]);
  return { view, problem, read };
}
