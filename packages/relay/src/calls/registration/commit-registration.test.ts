import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount } from '@sotto/identity';
import { type Mailbox, memoryOnlineMail, openMailbox } from '@sotto/mailbox';
import type { RegistrationRequest } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayContext } from '../../context.ts';
import { createEvents } from '../../events.ts';
import { reply } from '../../http/call.ts';
import { createLimits } from '../../limits/limits.ts';
import { Connections } from '../../socket/connections.ts';
import { readAccount } from '../../store/accounts.ts';
import { openRelayStore, type RelayStore } from '../../store/relay-store.ts';
import { commitRegistration } from './commit-registration.ts';
import { conclude } from './conclude.ts';

const { aci, account: identityKey } = deriveAccount(createSeed(randomBytes));
const queue = { account: aci, device: 1 };
const mail = () =>
  ({ queue, id: randomBytes(16), class: 'contact', receivedAt: 0, envelope: randomBytes(9) }) as const;

let folder: string;
let store: RelayStore;
let mailbox: Mailbox;
let context: RelayContext;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-registration-'));
  store = openRelayStore(join(folder, 'relay.db'));
  mailbox = openMailbox({ path: join(folder, 'mailbox.db') });
  const onlineMail = memoryOnlineMail();
  const rest = { connections: new Connections(), events: createEvents(() => undefined), now: () => 1_000 };
  // A registration asks for nothing else.
  context = { store, mailbox, onlineMail, limits: createLimits(), ...rest } as unknown as RelayContext;
});
afterEach(async () => {
  await Promise.all([store.close(), mailbox.close()]);
  rmSync(folder, { recursive: true });
});

/** Register the account, anew if it is there. */
async function register(): Promise<number> {
  const signed = () => ({ keyId: 1, publicKey: randomBytes(33), signature: randomBytes(64) });
  const request: RegistrationRequest = {
    accountAttributes: {
      fetchesMessages: true,
      registrationId: 42,
      unrestrictedUnidentifiedAccess: true,
      discoverableByPhoneNumber: false,
      capabilities: {},
    },
    skipDeviceTransfer: true,
    aciIdentityKey: identityKey,
    aciSignedPreKey: signed(),
    aciPqLastResortPreKey: signed(),
  };
  const outcome = await commitRegistration(context, { request, password: randomBytes(18) }, function* () {
    const before = yield* readAccount(aci);
    return { aci, ...(before && { before }) };
  });
  return (await conclude(context, outcome)).status;
}

const waiting = async (): Promise<number> => (await mailbox.use(queue, 'contact')).count;

describe('a registration', () => {
  it('empties the queues of the account, also of one that is new', async () => {
    for (let times = 0; times < 2; times++) {
      await mailbox.append([mail()]);
      expect(await register()).toBe(200);
      expect(await waiting()).toBe(0);
    }
  });

  it('leaves mail that comes as soon as it is committed', async () => {
    await register();
    // Somebody has seen the new account before its owner hears of it.
    const { findAccount } = store;
    context = {
      ...context,
      store: {
        ...store,
        findAccount: async (name) => findAccount(name),
        write: async (work) => {
          const before = await findAccount(aci);
          const result = await store.write(work);
          if ((await findAccount(aci))?.devices[0]?.password.salt !== before?.devices[0]?.password.salt) {
            await mailbox.append([mail()]);
          }
          return result;
        },
      },
    };
    expect(await register()).toBe(200);
    expect(await waiting()).toBe(1);
  });

  it('empties nothing for who is refused', async () => {
    await register();
    await mailbox.append([mail()]);
    const request = {} as RegistrationRequest;
    const refused = await commitRegistration(context, { request, password: randomBytes(18) }, function* () {
      yield* readAccount(aci);
      return { reply: reply(403) };
    });
    expect((await conclude(context, refused)).status).toBe(403);
    expect(await waiting()).toBe(1);
  });
});
