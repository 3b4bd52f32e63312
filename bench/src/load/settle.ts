import type { Ledger } from './ledger.ts';

/** Nothing moves for so long: something was lost. Longer than any honest pause of a busy machine. */
const PATIENCE = 30_000;

/** Wait until it is so. Rejects when nothing moves any more, and with what `check` throws. */
export async function settle(ledger: Ledger, isSo: () => boolean, check: () => void): Promise<void> {
  let [before, since] = [-1, Date.now()];
  while (!isSo()) {
    check();
    const now = ledger.delivered + ledger.taken;
    if (now !== before) [before, since] = [now, Date.now()];
    if (Date.now() - since > PATIENCE) throw new Error('a message was lost or never accepted');
    await pause(2);
  }
  check();
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
