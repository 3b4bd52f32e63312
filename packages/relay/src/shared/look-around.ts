import { DatabaseError } from '@sotto/database';
import type { Mailbox } from '@sotto/mailbox';
import type { Events } from '../events.ts';
import type { Connections } from '../socket/connections.ts';
import { hasAccounts, readLogins } from '../store/accounts.ts';
import type { RelayStore } from '../store/relay-store.ts';
import { revokeStale } from './revoke-stale.ts';

/** A bell that was lost delays mail by so much at worst, milliseconds. */
const LOOK_INTERVAL = 3_000;
/** Every so many looks: whether the devices that are connected are still let in. */
const LOOKS_PER_LOGIN_CHECK = 10;
/** Accounts that one statement asks after. */
const ACCOUNTS_AT_ONCE = 500;

export interface LookAround {
  /** The database has answered the last time. */
  readonly reachable: boolean;
  /** Look now: bells may have been lost. */
  soon(): void;
  stop(): void;
}

export interface Surroundings {
  readonly connections: Connections;
  readonly mailbox: Pick<Mailbox, 'newestOf'>;
  readonly store: Pick<RelayStore, 'read'>;
  readonly events: Pick<Events, 'failed'>;
}

/**
 * Look from time to time for what other processes of the relay may have said unheard: mail for devices that are
 * connected here, and devices that are not let in any more. One statement for hundreds of them.
 */
export function lookAround({ connections, mailbox, store, events }: Surroundings): LookAround {
  let looks = 0;
  let looking = false;
  let again = false;
  let reachable = true;
  let stopped = false;

  const look = async (): Promise<void> => {
    // Also where nobody is connected: whether the database is there is to be known before somebody is.
    await store.read(() => hasAccounts());
    for (const sockets of chunksOf(connections.delivering(), ACCOUNTS_AT_ONCE)) {
      const queues = sockets.map(({ caller }) => ({ account: caller.aci, device: caller.device }));
      const newest = await mailbox.newestOf(queues);
      for (const [index, socket] of sockets.entries()) socket.newestIs(newest[index] ?? 0);
    }
    if (looks++ % LOOKS_PER_LOGIN_CHECK !== 0) return;
    for (const callers of chunksOf(connections.devices(), ACCOUNTS_AT_ONCE)) {
      const logins = await store.read(() => readLogins(callers.map(({ aci }) => aci)));
      revokeStale(connections, callers, logins);
    }
  };

  const guarded = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      do {
        again = false;
        await look();
        reachable = true;
      } while (again);
    } catch (error) {
      // That the relay stops is no failure.
      if (stopped && error instanceof DatabaseError && error.code === 'closed') return;
      // Once: what follows is the same.
      if (reachable) events.failed(error);
      reachable = false;
    } finally {
      looking = false;
    }
  };

  const timer = setInterval(() => void guarded(), LOOK_INTERVAL);
  timer.unref();
  return {
    get reachable() {
      return reachable;
    },
    soon: () => void guarded(),
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

function* chunksOf<Item>(items: Iterable<Item>, most: number): Iterable<readonly Item[]> {
  const all = [...items];
  for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most);
}
