import type { ClientEvent } from '../client-types.ts';
import { TYPING_EVERY, TYPING_HEARD_EVERY, TYPING_SHOWN } from '../constants.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Clock } from '../ports/system.ts';

/** Who types just now, and whom we have told that we do. Kept nowhere else. */
export interface TypingMemory {
  /** They say so. Tells screens; it is over after 15 s. */
  heard(account: AccountKey, typing: boolean): void;
  /** Has the last word to them been long enough ago, and is there anything to say? Remembers that it was said. */
  mayTell(account: AccountKey, typing: boolean): boolean;
  /** Nobody types any more, and no timer is left. */
  clear(): void;
}

/** Chats that are remembered to have been told; those told first are forgotten first. */
const MAX_TOLD = 1_000;

export function createTypingMemory(clock: Clock, emit: (event: ClientEvent) => void): TypingMemory {
  const typers = new Map<AccountKey, { readonly at: number; readonly cancel: () => void }>();
  const told = new Map<AccountKey, { readonly at: number; readonly typing: boolean }>();

  function stop(account: AccountKey): void {
    const typer = typers.get(account);
    if (typer === undefined) return;
    typer.cancel();
    typers.delete(account);
    emit({ event: 'typing', account, typing: false });
  }

  return {
    heard(account, typing) {
      if (!typing) return stop(account);
      const at = clock.now();
      const before = typers.get(account);
      if (before !== undefined && Math.abs(at - before.at) < TYPING_HEARD_EVERY) return;
      before?.cancel();
      typers.set(account, { at, cancel: clock.after(TYPING_SHOWN, () => stop(account)) });
      emit({ event: 'typing', account, typing: true });
    },
    mayTell(account, typing) {
      const at = clock.now();
      const before = told.get(account);
      const since = before === undefined ? Number.POSITIVE_INFINITY : Math.abs(at - before.at);
      if (since < TYPING_EVERY) return false;
      // What is over by itself at the other end needs no word.
      if (!typing && (before?.typing !== true || since >= TYPING_SHOWN)) return false;
      told.delete(account);
      told.set(account, { at, typing });
      const [oldest] = told.keys();
      if (told.size > MAX_TOLD && oldest !== undefined) told.delete(oldest);
      return true;
    },
    clear() {
      for (const account of [...typers.keys()]) stop(account);
      told.clear();
    },
  };
}
