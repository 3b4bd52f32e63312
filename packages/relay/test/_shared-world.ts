import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { openMailbox } from '@sotto/mailbox';
import { createEvents } from '../src/events.ts';
import type { Connections, DeviceSocket } from '../src/socket/connections.ts';
import { addDevice, putAccount } from '../src/store/accounts.ts';
import { openRelayStore } from '../src/store/relay-store.ts';
import { saltedHash } from '../src/store/salted-hash.ts';

/** What processes of one relay share; here they are one process, and so a file will do. */
export function openSharedWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-shared-'));
  const store = openRelayStore(join(folder, 'relay.db'));
  const mailbox = openMailbox({ path: join(folder, 'mailbox.db') });
  const events = createEvents(() => undefined);
  const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
  /** Link a device; what it logs in with. */
  const link = async (aci: Aci, id: number): Promise<string> => {
    const password = saltedHash(randomBytes(18));
    await store.write(() => addDevice(aci, { id, password, attributes, day: 1 }));
    return password.salt;
  };
  return {
    store,
    mailbox,
    events,
    link,
    /** An account with a device, and the login of that. */
    register: async () => {
      const aci = aciFromBytes(randomBytes(16));
      const rest = { unrestrictedAccess: true, authCredentialSalt: randomBytes(16) };
      await store.write(() => putAccount({ aci, identityKey: randomBytes(33), ...rest }, 1));
      return { aci, login: await link(aci, 1) };
    },
    mailFor: (aci: Aci, device = 1) =>
      mailbox.append([
        {
          queue: { account: aci, device },
          class: 'contact',
          id: randomBytes(16),
          receivedAt: 0,
          envelope: randomBytes(10),
        },
      ]),
    close: async () => {
      await mailbox.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type SharedWorld = ReturnType<typeof openSharedWorld>;

/** A socket of a device, and what becomes of it. */
export function connect(
  connections: Connections,
  { aci, device = 1, login, order = 1 }: { aci: Aci; device?: number; login: string; order?: number },
) {
  const happened: string[] = [];
  const socket: DeviceSocket = {
    caller: { aci, device, login },
    delivers: true,
    order,
    notices: false,
    wake: () => happened.push('wake'),
    newestIs: (position) => position > 0 && happened.push('mail'),
    notify: () => undefined,
    close: (code) => happened.push(`closed ${code}`),
  };
  connections.add(socket);
  return { happened, leave: () => connections.remove(socket) };
}
