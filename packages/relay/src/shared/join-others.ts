import { type Bus, localBus, openNatsBus } from '@sotto/bus';
import { type Bytes, type Secret, toHex } from '@sotto/bytes';
import type { Mailbox } from '@sotto/mailbox';
import type { Events } from '../events.ts';
import type { Connections } from '../socket/connections.ts';
import { readLogins } from '../store/accounts.ts';
import type { RelayStore } from '../store/relay-store.ts';
import { Bells } from './bells.ts';
import { type LookAround, lookAround } from './look-around.ts';

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
    store.forget(toHex(account));
    const logins = await store.read(() => readLogins([account]));
    for (const { aci, device, login } of [...connections.devices()]) {
      const key = `${toHex(aci)}.${device}`;
      if (toHex(aci) === toHex(account) && logins.get(key) !== login) connections.revokeHere(aci, device);
    }
  };
  const bells = new Bells(bus, key, {
    mail: (queue) => connections.wakeHere(queue),
    connected: (queue) => {
      if (connections.replaceHere(queue)) events.count('socket-replaced');
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
