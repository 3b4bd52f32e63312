import { LocalApiError } from '@sotto/local-api';

/**
 * What `work` gives, or LocalApiError `cancelled` as soon as the caller gives up. The work itself goes on
 * to its own end; only nobody waits for it any more. For waiting, never for what changes something.
 */
export async function unlessGivenUp<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop: () => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new LocalApiError('cancelled', 'the request was given up'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
