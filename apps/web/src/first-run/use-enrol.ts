import { LocalApiError } from '@sotto/local-api';
import { useEffect, useState } from 'react';
import { readAgain } from '../state/app-store.ts';
import { describeError } from '../ui/use-action.ts';

interface Failure {
  readonly code: string;
  readonly words: string;
}

/** Making or bringing back an account: it may take some seconds, and fail in ways that one can do something about. */
export function useEnrol(): {
  readonly busy: boolean;
  /** Milliseconds that it has run, in steps of a second. */
  readonly running: number;
  readonly failure: Failure | undefined;
  readonly run: (act: () => Promise<unknown>) => Promise<void>;
  readonly clear: () => void;
} {
  const [since, setSince] = useState<number>();
  const [running, setRunning] = useState(0);
  const [failure, setFailure] = useState<Failure>();
  const busy = since !== undefined;
  useEffect(() => {
    if (since === undefined) return;
    const timer = setInterval(() => setRunning(Date.now() - since), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  const run = async (act: () => Promise<unknown>) => {
    if (busy) return;
    setSince(Date.now());
    setRunning(0);
    setFailure(undefined);
    try {
      await act();
    } catch (error) {
      setFailure({
        code: error instanceof LocalApiError ? error.code : 'other',
        words: describeError(error),
      });
    }
    // Keys may be there also when it failed, and another page may have been faster.
    await readAgain().catch(() => undefined);
    setSince(undefined);
  };
  return { busy, running, failure, run, clear: () => setFailure(undefined) };
}
