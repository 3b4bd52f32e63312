import { LocalApiError } from '@sotto/local-api';
import i18next from 'i18next';
import { useCallback, useState } from 'react';

/** What to tell a person about an error, in their language. Never the text that came with it. */
export function describeError(error: unknown): string {
  const code = error instanceof LocalApiError ? error.code : 'other';
  const key = `error.${code}`;
  return i18next.exists(key) ? i18next.t(key as 'error.other') : i18next.t('error.other');
}

/**
 * Something that takes a moment and may fail: `busy` while it runs, `problem` in words after it failed.
 * `run` resolves to whether it worked, and does nothing while another one runs.
 */
export function useAction(): {
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = useCallback(
    async (act: () => Promise<unknown>): Promise<boolean> => {
      if (busy) return false;
      setBusy(true);
      setProblem(undefined);
      try {
        await act();
        return true;
      } catch (error) {
        setProblem(describeError(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [busy],
  );
  const clear = useCallback(() => setProblem(undefined), []);
  return { busy, problem, run, clear };
}
