import {
  Aci,
  KEMKeyPair,
  KyberPreKeyRecord,
  PreKeyBundle,
  PreKeyRecord,
  PrivateKey,
  ProtocolAddress,
  type PublicKey,
  processPreKeyBundle,
  SenderCertificate,
  ServerCertificate,
  SignedPreKeyRecord,
  sealedSenderDecryptMessage,
  sealedSenderEncryptMessage,
} from '@signalapp/libsignal-client';
import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { Side } from './compare.ts';
import { measure } from './measure.ts';
import { RawIdentities, RawKyberPreKeys, RawPreKeys, RawSessions, RawSignedPreKeys } from './raw-stores.ts';
import { expectText, textOf } from './text-of.ts';

/**
 * The peer: libsignal's own sealed sender between two users with stores in memory that serialise every
 * record, as a store must. A relay-style certificate, no padding, nothing persisted: the least that a
 * client on this library can do.
 */
export async function rawLibsignal(messages: number): Promise<Side> {
  const root = PrivateKey.generate();
  const alice = new RawUser(root);
  const bob = new RawUser(root);
  await alice.startSession(bob);
  let sent = 0;
  const exchange = async (from: RawUser, to: RawUser): Promise<void> => {
    const index = sent++;
    const sealed = await from.seal(to, utf8(textOf(index)));
    expectText(fromUtf8(await to.open(sealed)), index);
  };
  await exchange(alice, bob);
  return {
    name: 'raw libsignal',
    run: () =>
      measure(messages, async () => {
        for (let count = 0; count < messages; count++) {
          await (sent % 2 === 0 ? exchange(alice, bob) : exchange(bob, alice));
        }
      }),
    close: async () => undefined,
  };
}

/** Opening alone, of what was sealed before; both without a network and without a disk. */
export async function rawOpening(messages: number): Promise<(count: number) => Promise<void>> {
  const root = PrivateKey.generate();
  const [alice, bob] = [new RawUser(root), new RawUser(root)];
  await alice.startSession(bob);
  await bob.open(await alice.seal(bob, utf8('hello')));
  await alice.open(await bob.seal(alice, utf8('hello')));
  const sealed: Bytes[] = [];
  for (let index = 0; index < messages; index++) sealed.push(await alice.seal(bob, utf8(textOf(index))));
  let next = 0;
  return async (count) => {
    for (const bytes of sealed.splice(0, count)) expectText(fromUtf8(await bob.open(bytes)), next++);
  };
}

class RawUser {
  readonly #root: PublicKey;
  readonly #certificate: SenderCertificate;
  readonly #aci = Aci.fromUuidBytes(randomUuid());
  readonly #sessions = new RawSessions();
  readonly #identities = new RawIdentities();
  readonly #preKeys = new RawPreKeys();
  readonly #signedPreKeys = new RawSignedPreKeys();
  readonly #kyberPreKeys = new RawKyberPreKeys();

  constructor(root: PrivateKey) {
    this.#root = root.getPublicKey();
    const serverKey = PrivateKey.generate();
    const server = ServerCertificate.new(1, serverKey.getPublicKey(), root);
    const expires = Date.now() + 86_400_000;
    const key = this.#identities.publicKey;
    this.#certificate = SenderCertificate.new(this.#aci, null, 1, key, expires, server, serverKey);
  }

  get address(): ProtocolAddress {
    return ProtocolAddress.new(this.#aci, 1);
  }

  async startSession(with_: RawUser): Promise<void> {
    await processPreKeyBundle(with_.#bundle(), with_.address, this.address, this.#sessions, this.#identities);
  }

  seal(to: RawUser, plaintext: Bytes): Promise<Bytes> {
    return sealedSenderEncryptMessage(
      plaintext,
      to.address,
      this.#certificate,
      this.#sessions,
      this.#identities,
    );
  }

  async open(sealed: Bytes): Promise<Bytes> {
    const opened = await sealedSenderDecryptMessage(
      sealed,
      this.#root,
      Date.now(),
      null,
      this.#aci.getServiceIdString(),
      1,
      this.#sessions,
      this.#identities,
      this.#preKeys,
      this.#signedPreKeys,
      this.#kyberPreKeys,
    );
    return opened.message();
  }

  #bundle(): PreKeyBundle {
    const [oneTime, signed, kyber] = [PrivateKey.generate(), PrivateKey.generate(), KEMKeyPair.generate()];
    const identity = this.#identities.privateKey;
    const signature = identity.sign(signed.getPublicKey().serialize());
    const kyberSignature = identity.sign(kyber.getPublicKey().serialize());
    this.#preKeys.record = PreKeyRecord.new(1, oneTime.getPublicKey(), oneTime).serialize();
    this.#signedPreKeys.record = SignedPreKeyRecord.new(
      1,
      0,
      signed.getPublicKey(),
      signed,
      signature,
    ).serialize();
    this.#kyberPreKeys.record = KyberPreKeyRecord.new(1, 0, kyber, kyberSignature).serialize();
    return PreKeyBundle.new(
      1,
      1,
      1,
      oneTime.getPublicKey(),
      1,
      signed.getPublicKey(),
      signature,
      this.#identities.publicKey,
      1,
      kyber.getPublicKey(),
      kyberSignature,
    );
  }
}

function randomUuid(): Bytes {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}
