import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asBytes, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes, x25519KeyPair } from '@sotto/crypto';
import { accountIdFromBytes, aciOf, formatAci, parseAci } from '@sotto/identity';
import { type MailEntry, openMailbox } from '@sotto/mailbox';
import { ENVELOPE_TYPE, encodeEnvelope, SERVER_GUID_BYTES } from '@sotto/protocol';
import { addDevice, openRelayStore, putAccount, type RelayStore, saltedHash } from '@sotto/relay/testing';
import { contentOf, LARGEST_SEALED_BYTES } from '../load/mark.ts';

/** A relay that starts deletes accounts that were away for half a year. */
const TODAY = Math.floor(Date.now() / 86_400_000);

/** What a load process must know to write to an account, and to collect its mail. */
export interface LoadAccount {
  readonly aci: string;
  readonly password: string;
  /** Base64, as it is shown. */
  readonly accessKey: string;
  readonly registrationId: number;
}

/** Accounts with one device each, in the store of a relay that does not run. To register is not what is measured. */
export async function makeAccounts(data: string, count: number): Promise<readonly LoadAccount[]> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const store = openRelayStore(join(data, 'relay.db'));
  const accounts = Array.from({ length: count }, (_, index) => put(store, index + 1));
  try {
    return await Promise.all(accounts);
  } finally {
    await store.close();
  }
}

/** Large mail that waits for each of them, in the mailbox of a relay that does not run. */
export async function fillMailboxes(
  data: string,
  accounts: readonly LoadAccount[],
  count: number,
): Promise<void> {
  const mailbox = openMailbox({ path: join(data, 'mailbox.db') });
  try {
    for (const { aci } of accounts) {
      const account = parseAci(aci);
      const entries = Array.from({ length: count }, (_, message): MailEntry => {
        const id = randomBytes(SERVER_GUID_BYTES);
        const times = { clientTimestamp: Date.now(), serverTimestamp: Date.now() };
        const content = asBytes(contentOf(message, LARGEST_SEALED_BYTES));
        const envelope = encodeEnvelope({
          ...{ type: ENVELOPE_TYPE.sealed, ...times, guid: id, destination: account, urgent: true, content },
        });
        return { queue: { account, device: 1 }, class: 'contact', id, receivedAt: Date.now(), envelope };
      });
      await mailbox.append(entries);
    }
  } finally {
    await mailbox.close();
  }
}

async function put(store: RelayStore, registrationId: number): Promise<LoadAccount> {
  const { publicKey } = x25519KeyPair(randomBytes(32));
  const identityKey = asBytes(new Uint8Array([5, ...publicKey]));
  const aci = aciOf(accountIdFromBytes(identityKey));
  const accessKey = randomBytes(16);
  const password = toBase64(randomBytes(18));
  await store.write(function* () {
    yield* putAccount(
      {
        aci,
        identityKey,
        accessKey,
        unrestrictedAccess: false,
        recovery: saltedHash(randomBytes(32)),
        authCredentialSalt: randomBytes(16),
      },
      TODAY,
    );
    const attributes = {
      fetchesMessages: true,
      registrationId,
      unrestrictedUnidentifiedAccess: false,
      discoverableByPhoneNumber: false,
      capabilities: {},
    };
    yield* addDevice(aci, { id: 1, password: saltedHash(utf8(password)), attributes, day: TODAY });
  });
  return { aci: formatAci(aci), password, accessKey: toBase64(accessKey), registrationId };
}
