import { asBytes } from '@sotto/bytes';
import type { DevicePreKeys, PreKeyResponse, ResponseFrame } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup } from '../evil/lie.ts';
import { refused, shown, type Written } from '../evil/person.ts';
import { setSessionAside } from '../evil/ratchet-of.ts';
import { devicesOf, flipped, isKeys, isSend, withKeys } from './frames.ts';
import type { RelayWorld } from './relay-world.ts';

const FROM_RECORD =
  'take the keys that the record lists, which the account has signed, for the devices of the record only';

/** A text begins a session while the relay lies about keys. It must reach the one true device, and nobody else. */
function keysLie(
  name: string,
  tells: string,
  change: (answer: ResponseFrame, world: RelayWorld) => Partial<ResponseFrame> | 'silence' | undefined,
): Lie<RelayWorld> {
  return {
    ...{ name, tells, must: FROM_RECORD, told: { kind: 'nothing' } },
    async act(world) {
      const sentTo: number[][] = [];
      const tally = world.lie({
        answer: (answer, ask) => (isKeys(ask) ? change(answer, world) : undefined),
        ask(ask) {
          if (isSend(ask)) sentTo.push([...devicesOf(ask)]);
          return undefined;
        },
      });
      await beginSession(world, () => tally.told > 0);
      await world.chats.settle();
      // A receipt may go the same way.
      expect(new Set(sentTo.flat())).toEqual(new Set([1]));
    },
  };
}

/** A text with which alice begins a session; again when a receipt of his has brought the old one back meanwhile. */
async function beginSession({ alice, bob, chats }: RelayWorld, hasBegun: () => boolean): Promise<Written> {
  for (;;) {
    await setSessionAside(alice, bob);
    const written = await chats.say(alice, bob);
    await written.until('sent');
    if (hasBegun()) return written;
  }
}

const each = (keys: PreKeyResponse, change: (device: DevicePreKeys) => DevicePreKeys): PreKeyResponse => ({
  ...keys,
  devices: keys.devices.map(change),
});

export const liesAboutKeys: LieGroup<RelayWorld> = {
  title: 'Keys and devices',
  lies: [
    keysLie('false identity key', 'gives keys under another identity key', (answer) =>
      withKeys(answer, (keys) => ({
        ...keys,
        identityKey: asBytes(Uint8Array.from([5, ...new Uint8Array(32).fill(9)])),
      })),
    ),
    keysLie(
      'keys of another account',
      'gives the keys of somebody else, true in themselves',
      (answer, { zoesKeys }) => withKeys(answer, () => zoesKeys),
    ),
    keysLie(
      'keys of another account in this name',
      'gives the keys of somebody else as those of this identity',
      (answer, { zoesKeys }) => withKeys(answer, (keys) => ({ ...zoesKeys, identityKey: keys.identityKey })),
    ),
    keysLie(
      'ghost device in the keys',
      'gives keys for a second device that the record does not list',
      (answer) =>
        withKeys(answer, (keys) => ({
          ...keys,
          devices: [...keys.devices, ...keys.devices.map((device) => ({ ...device, deviceId: 2 }))],
        })),
    ),
    keysLie('keys of a ghost only', 'gives keys for another device than the one of the record', (answer) =>
      withKeys(answer, (keys) => each(keys, (device) => ({ ...device, deviceId: 7 }))),
    ),
    keysLie('keys of another installation', 'gives keys under another registration ID', (answer) =>
      withKeys(answer, (keys) =>
        each(keys, (device) => ({ ...device, registrationId: (device.registrationId % 16_000) + 1 })),
      ),
    ),
    keysLie('one device twice', 'lists the same device two times', (answer) =>
      withKeys(answer, (keys) => ({ ...keys, devices: [...keys.devices, ...keys.devices] })),
    ),
    keysLie('no devices', 'lists no device at all', (answer) =>
      withKeys(answer, (keys) => ({ ...keys, devices: [] })),
    ),
    keysLie('broken signature of a prekey', 'gives a signed prekey whose signature does not hold', (answer) =>
      withKeys(answer, (keys) =>
        each(keys, ({ signedPreKey, ...device }) => ({
          ...device,
          signedPreKey: { ...signedPreKey, signature: flipped(signedPreKey.signature) },
        })),
      ),
    ),
    keysLie(
      'another prekey under a true signature',
      'puts a prekey of its own under the signature of the true one',
      (answer) =>
        withKeys(answer, (keys) =>
          each(keys, ({ signedPreKey, ...device }) => ({
            ...device,
            signedPreKey: { ...signedPreKey, publicKey: keys.identityKey },
          })),
        ),
    ),
    keysLie('broken post-quantum key', 'gives a Kyber key whose signature does not hold', (answer) =>
      withKeys(answer, (keys) =>
        each(keys, ({ pqPreKey, ...device }) => ({
          ...device,
          pqPreKey: { ...pqPreKey, signature: flipped(pqPreKey.signature) },
        })),
      ),
    ),
    keysLie(
      'no post-quantum key',
      'leaves the Kyber key out, so that the session would do without',
      (answer) => {
        if (answer.status !== 200 || answer.body === undefined) return undefined;
        const keys = JSON.parse(Buffer.from(answer.body).toString('utf8')) as {
          devices: Record<string, unknown>[];
        };
        for (const device of keys.devices) delete device['pqPreKey'];
        return { body: asBytes(Buffer.from(JSON.stringify(keys))) };
      },
    ),
    keysLie('no account', 'says that there are no keys because there is no account', () => ({
      status: 404,
      body: new Uint8Array(0),
    })),
    keysLie('keys refused', 'says that the access key of a contact does not open their keys', () => ({
      status: 401,
      body: new Uint8Array(0),
    })),
    keysLie('garbage for keys', 'answers with bytes that are no keys', () => ({
      body: asBytes(Buffer.from('{"identityKey":[')),
    })),
    {
      name: 'spent one-time key',
      tells: 'hands out a one-time key that somebody has used already',
      must: 'refuse the message whose key is gone, offer a session of its own, and show that something is missing',
      told: { kind: 'gap' },
      async act(world) {
        const { alice, bob, chats } = world;
        let spent: ResponseFrame['body'];
        world.lie({
          answer(answer, ask) {
            if (isKeys(ask) && answer.status === 200) spent = answer.body;
            return undefined;
          },
        });
        await beginSession(world, () => spent !== undefined);
        await chats.settle();
        const tally = world.lie({ answer: (_, ask) => (isKeys(ask) && spent ? { body: spent } : undefined) });
        const lost = await beginSession(world, () => tally.told > 0);
        chats.lose(lost);
        await expect.poll(async () => (await refused(bob))['undecryptable'] ?? 0).toBeGreaterThan(0);
        // Behind the session that he offers comes what he writes; until then all of hers is as lost.
        const { text } = await chats.say(bob, alice);
        await expect.poll(() => shown(alice, bob), { timeout: 10_000 }).toContain(text);
      },
    },
  ],
};
