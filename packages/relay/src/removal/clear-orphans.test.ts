import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { type Mailbox, openMailbox, type QueueName } from '@sotto/mailbox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOUSEKEEPING_BATCH } from '../constants.ts';
import { addDevice, putAccount } from '../store/accounts.ts';
import { openRelayStore, type RelayStore } from '../store/relay-store.ts';
import { saltedHash } from '../store/salted-hash.ts';
import { clearOrphans } from './clear-orphans.ts';

let folder: string;
let store: RelayStore;
let mailbox: Mailbox;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-orphans-'));
  store = openRelayStore(join(folder, 'relay.db'));
  mailbox = openMailbox({ path: join(folder, 'mailbox.db') });
});
afterEach(async () => {
  await Promise.all([store.close(), mailbox.close()]);
  rmSync(folder, { recursive: true });
});

const newAci = (): Aci => aciFromBytes(randomBytes(16));

/** An account with a device 1. */
function enrol(aci: Aci): Promise<void> {
  const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
  return store.write(function* () {
    const rest = { unrestrictedAccess: true, authCredentialSalt: randomBytes(16) };
    yield* putAccount({ aci, identityKey: randomBytes(33), ...rest }, 1);
    yield* addDevice(aci, { id: 1, password: saltedHash(randomBytes(18)), attributes, day: 1 });
  });
}

const mailFor = (queue: QueueName) =>
  ({ queue, id: randomBytes(16), class: 'contact', receivedAt: 0, envelope: randomBytes(9) }) as const;

const countIn = async (queue: QueueName): Promise<number> => (await mailbox.use(queue, 'contact')).count;

it('empties the queues of devices and accounts that are not there, however many, and no other', async () => {
  const bob = newAci();
  await enrol(bob);
  const [kept, unlinked] = [
    { account: bob, device: 1 },
    { account: bob, device: 2 },
  ];
  const gone = Array.from({ length: 2 * HOUSEKEEPING_BATCH }, () => ({ account: newAci(), device: 1 }));
  await mailbox.append([kept, unlinked, ...gone].map(mailFor));
  await clearOrphans({ store, mailbox });
  expect((await mailbox.queues(undefined, 9)).map(({ queue }) => queue)).toEqual([kept]);
});

it('leaves mail that comes for a device while it looks', async () => {
  const queue = { account: newAci(), device: 1 };
  await mailbox.append([mailFor(queue)]);
  // Between looking and emptying the account is registered, and somebody writes.
  const slow: Mailbox = Object.create(mailbox, {
    queues: { value: mailbox.queues.bind(mailbox) },
    clear: {
      value: async (...terms: Parameters<Mailbox['clear']>) => {
        await enrol(queue.account);
        await mailbox.append([mailFor(queue)]);
        await mailbox.clear(...terms);
      },
    },
  });
  await clearOrphans({ store, mailbox: slow });
  expect(await countIn(queue)).toBe(1);
});
