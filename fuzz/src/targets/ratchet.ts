import { PrivateKey } from '@signalapp/libsignal-client';
import { ServerSecretParams } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { RatchetError } from '@sotto/ratchet';
import { createParty, knownDevices, type Party } from '@sotto/ratchet/testing';
import { libsignalEngine, receiptCredentials } from '@sotto/ratchet-libsignal';
import {
  checkCertificate,
  decodeKeyRow,
  encodeKeyRow,
  encodeSealContent,
  sealContent,
} from '@sotto/ratchet-libsignal/testing';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeExact } from './kit.ts';

const SEAL = [
  'packages/ratchet-libsignal/src/unseal.ts',
  'packages/ratchet-libsignal/src/seal-content.ts',
  'packages/ratchet-libsignal/src/certificate.ts',
];

/** Seals, what is inside them, ratchet messages, certificates and keys as they lie in the store. */
export const ratchetTargets: readonly Target[] = [
  {
    name: 'seal',
    covers: SEAL,
    form: 'bytes',
    refuses: [],
    longest: 16_384,
    slow: true,
    open: async () => {
      const { bob, sealed } = await conversation();
      return {
        seeds: [...sealed, ...sealed.map((seal) => concatBytes(Uint8Array.of(0x22), seal.subarray(1)))],
        read: async (input) =>
          (await bob.ratchet().unseal(filledUp(input))).outcome === 'unsealed' ? 'taken' : 'refused',
      };
    },
  },
  {
    name: 'seal-inside',
    covers: SEAL,
    form: 'protobuf',
    refuses: [],
    longest: 2_450,
    slow: true,
    open: async () => {
      const { alice, bob, messages } = await conversation();
      const key = PrivateKey.deserialize(alice.local.identitySecret);
      const { certificate } = alice.local;
      return {
        seeds: messages.flatMap(({ kind, bytes: message }) => {
          const content = encodeSealContent({ kind, message, certificate, destinationDevice: 1 });
          return content.outcome === 'encoded' ? [content.bytes] : [];
        }),
        read: async (input) => {
          // What libsignal does not take itself cannot be sealed.
          const sealed = await sealContent(key, bob.local.account, input).catch(() => undefined);
          if (sealed === undefined) return 'refused';
          const opened = await bob.ratchet().unseal(sealed);
          return opened.outcome === 'unsealed' ? 'taken' : 'refused';
        },
      };
    },
  },
  ratchetMessage('ratchet-first', 'first'),
  ratchetMessage('ratchet-steady', 'steady'),
  {
    name: 'certificate',
    covers: ['packages/ratchet-libsignal/src/certificate.ts'],
    form: 'protobuf',
    refuses: [],
    longest: 600,
    slow: true,
    open: async () => {
      const { alice, bob } = await conversation();
      return {
        seeds: [alice.local.certificate, bob.local.certificate],
        read: (input) => (checkCertificate(input).outcome === 'valid' ? 'taken' : 'refused'),
      };
    },
  },
  {
    name: 'key-row',
    covers: ['packages/ratchet-libsignal/src/key-row.ts'],
    form: 'bytes',
    refuses: [RatchetError],
    open: () => ({
      seeds: [
        encodeKeyRow({
          use: 'one-time',
          createdAt: 1_790_000_000_000,
          generation: 7,
          uploaded: true,
          record: counted(40),
        }),
        encodeKeyRow({ use: 'lasting', createdAt: 0, generation: 1, uploaded: false, record: counted(1) }),
      ],
      read: (input) => mustBeExact(input, encodeKeyRow(decodeKeyRow(input))),
    }),
  },
  {
    name: 'receipt-params',
    covers: ['packages/ratchet-libsignal/src/receipt-credentials.ts'],
    form: 'bytes',
    refuses: [],
    slow: true,
    open: () => ({
      seeds: [asBytes(ServerSecretParams.generate().getPublicParams().serialize()), counted(0)],
      read: (input) => {
        const request = receiptCredentials.request(input, counted(80));
        if (request === undefined) return 'refused';
        return request.present(counted(409), 0) === undefined ? 'refused' : 'taken';
      },
    }),
  },
];

/** The ratchet message inside an honest seal, changed by somebody who has the sender's keys. */
function ratchetMessage(name: string, kind: 'first' | 'steady'): Target {
  return {
    name,
    covers: ['packages/ratchet-libsignal/src/decrypt.ts', 'packages/ratchet-libsignal/src/stores.ts'],
    form: 'protobuf',
    refuses: [],
    longest: 4_096,
    slow: true,
    open: async () => {
      const { alice, bob, before, messages } = await conversation();
      const [first, ...later] = messages.map(({ bytes }) => bytes);
      const seeds = kind === 'first' ? [first as Bytes] : later;
      // As bob was before he had opened the first one.
      const ratchet = kind === 'first' ? libsignalEngine.open(bob.local, before) : bob.ratchet();
      return {
        seeds,
        read: async (input) => {
          const unsealed = {
            from: alice.address,
            certificateSignature: alice.certificateSignature,
            message: { kind, bytes: input },
          };
          const opened = await ratchet.decrypt({ unsealed, knownDevices: knownDevices(alice) });
          const known = seeds.some((seed) => Buffer.compare(seed, input) === 0);
          if (opened.outcome === 'decrypted' && !known && kind === 'steady')
            throw new Broken('a changed message opens');
          return opened.outcome === 'decrypted' ? 'taken' : 'refused';
        },
      };
    },
  };
}

interface Conversation {
  readonly alice: Party;
  readonly bob: Party;
  /** Bob's rows before anything came. */
  readonly before: Party['store'];
  readonly sealed: readonly Bytes[];
  /** Of alice's to bob: one that begins a session, and two of the session. Bob has opened the first alone. */
  readonly messages: readonly Awaited<ReturnType<Party['encrypt']>>[];
}

async function conversation(): Promise<Conversation> {
  const [alice, bob] = [await createParty(libsignalEngine), await createParty(libsignalEngine)];
  const first = await alice.encrypt(bob, 'first');
  const seal = async (message: typeof first): Promise<Bytes> => {
    const sealed = await alice.ratchet().seal(bob.address, message);
    if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
    return sealed.bytes;
  };
  const sealed = [await seal(first)];
  const before = bob.store.clone();
  await bob.receive(sealed[0] as Bytes, alice);
  await alice.receive(await bob.send(alice, 'answer'), bob);
  const steady = [await alice.encrypt(bob, 'second'), await alice.encrypt(bob, 'third')];
  for (const message of steady) sealed.push(await seal(message));
  return { alice, bob, before, sealed, messages: [first, ...steady] };
}

/** A seal has one of three sizes; another one is refused by its length alone, which is soon known. */
function filledUp(input: Uint8Array): Bytes {
  if (input.length % 5 === 0) return asBytes(input);
  const size = input.length <= 2_560 ? 2_560 : 16_384;
  const fitted = new Uint8Array(size);
  fitted.set(input.subarray(0, size));
  return fitted;
}
