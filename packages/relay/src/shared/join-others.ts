import { type Bus, localBus, openNatsBus } from '@sotto/bus';
import { type Bytes, equalBytes, type Secret } from '@sotto/bytes';
import type { Mailbox } from '@sotto/mailbox';
import type { Events } from '../events.ts';
import type { Connections } from '../socket/connections.ts';
import { readLogins } from '../store/accounts.ts';
import type { RelayStore } from '../store/relay-store.ts';
import { Bells } from './bells.ts';
import { type LookAround, lookAround } from './look-around.ts';
import { revokeStale } from './revoke-stale.ts';

export interface JoinOptions {
  /** `nats://…`; without, mail that came by another process is found by looking only. */
  readonly bus?: string;
  readonly key: Secret;
  readonly connections: Connections;
  readonly mailbox: Mailbox;
  readonly store: RelayStore;
  readonly events: Events;
}

export interface Joined {
  readonly look: LookAround;
  close(): Promise<void>;
}

/** Be one of several processes of a relay that share a database. Throws BusError `bad-url`. */
export function joinOthers({ bus: url, key, connections, mailbox, store, events }: JoinOptions): Joined {
  const look = lookAround({ connections, mailbox, store, events });
  const bus: Bus =
    url === undefined
      ? localBus()
      : openNatsBus({
          url,
          onState: ({ state }) => {
            events.count(state === 'up' ? 'bus-up' : 'bus-down');
            if (state === 'up') look.soon();
          },
        });
  // A bell that says so closes nobody: whether a device is still let in, only the database knows.
  const check = async (account: Bytes): Promise<void> => {
    const callers = [...connections.devices()].filter(({ aci }) => equalBytes(aci, account));
    const logins = await store.read(() => readLogins([account]));
    revokeStale(connections, callers, logins);
  };
  const bells = new Bells(bus, key, {
    mail: (queue) => connections.wakeHere(queue),
    connected: (queue, order) => {
      if (connections.connectedElsewhere(queue, order)) events.count('socket-replaced');
    },
    revoked: (account) => {
      check(account).catch((error: unknown) => events.failed(error));
    },
  });
  connections.tell(bells);
  return {
    look,
    close: async () => {
      look.stop();
      await bus.close();
    },
  };
}
