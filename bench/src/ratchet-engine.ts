import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount } from '@sotto/identity';
import type { DeviceAddress, PreKeyBundle, Ratchet, RatchetChanges, RatchetReader } from '@sotto/ratchet';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import type { Side } from './compare.ts';
import { measure } from './measure.ts';
import { expectText, textOf } from './text-of.ts';

/** Our engine over rows in memory: overlay, changes, self-issued certificate, padding to 2,560 bytes. */
export async function ratchetEngine(messages: number): Promise<Side> {
  const alice = await createUser();
  const bob = await createUser();
  let sent = 0;
  const exchange = async (from: User, to: User, bundle?: PreKeyBundle): Promise<void> => {
    const index = sent++;
    const sealed = await seal(from, to, utf8(textOf(index)), bundle);
    expectText(fromUtf8(await open(to, from, sealed)), index);
  };
  await exchange(alice, bob, bob.bundle);
  return {
    name: 'ratchet engine',
    run: () =>
      measure(messages, async () => {
        for (let count = 0; count < messages; count++) {
          await (sent % 2 === 0 ? exchange(alice, bob) : exchange(bob, alice));
        }
      }),
    close: async () => undefined,
  };
}

interface User {
  readonly address: DeviceAddress;
  readonly registrationId: number;
  readonly certificateSignature: Bytes;
  readonly ratchet: Ratchet;
  readonly bundle: PreKeyBundle;
  commit(changes: RatchetChanges): void;
}

async function createUser(): Promise<User> {
  const { account, ratchetSecret: identitySecret } = deriveAccount(createSeed(randomBytes));
  const { certificate, signature: certificateSignature } = libsignalEngine.issueCertificate({
    account,
    device: 1,
    identitySecret,
  });
  const registrationId = libsignalEngine.makeRegistrationId();
  const rows = new Map<string, Bytes>();
  const reader: RatchetReader = {
    get: async (table, key) => rows.get(`${table}/${key}`),
    keys: async (table) =>
      [...rows.keys()]
        .filter((name) => name.startsWith(`${table}/`))
        .map((name) => name.slice(table.length + 1)),
  };
  const commit = (changes: RatchetChanges): void => {
    for (const { table, key, value } of changes) {
      if (value === null) rows.delete(`${table}/${key}`);
      else rows.set(`${table}/${key}`, value);
    }
  };
  const ratchet = libsignalEngine.open(
    { account, device: 1, registrationId, identitySecret, certificate },
    reader,
  );
  commit((await ratchet.maintain({ now: Date.now() })).changes);
  const keys = await ratchet.current();
  if (keys === undefined) throw new Error('no prekeys');
  const { signedPreKey, lastResortKyberPreKey: kyberPreKey } = keys;
  const bundle = { device: 1, registrationId, signedPreKey, kyberPreKey };
  return { address: { account, device: 1 }, registrationId, certificateSignature, ratchet, bundle, commit };
}

async function seal(from: User, to: User, plaintext: Bytes, bundle?: PreKeyBundle): Promise<Bytes> {
  const request = { to: to.address, plaintext, now: Date.now() };
  const encrypted = await from.ratchet.encrypt(bundle === undefined ? request : { ...request, bundle });
  if (encrypted.outcome !== 'encrypted') throw new Error(encrypted.outcome);
  from.commit(encrypted.changes);
  const sealed = await from.ratchet.seal(to.address, encrypted.message);
  if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
  return sealed.bytes;
}

async function open(to: User, from: User, sealed: Bytes): Promise<Bytes> {
  const opened = await to.ratchet.unseal(sealed);
  if (opened.outcome !== 'unsealed') throw new Error(opened.reason);
  const { unsealed } = opened;
  const { registrationId, certificateSignature } = from;
  const knownDevices = [{ id: 1, registrationId, certificateSignature }];
  const decrypted = await to.ratchet.decrypt({ unsealed, knownDevices });
  if (decrypted.outcome !== 'decrypted') throw new Error(decrypted.outcome);
  to.commit(decrypted.changes);
  return decrypted.plaintext;
}
