import { asBytes, type Bytes } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { MAX_RECORD_BYTES, STATUS } from '@sotto/protocol';
import { expect } from 'vitest';
import { forgeRecord, ghostOf, recordOf } from '../evil/forge-record.ts';
import type { Lie, LieGroup, Told } from '../evil/lie.ts';
import { devicesOf, flipped, isRecord, isSend, json } from './frames.ts';
import type { RelayWorld } from './relay-world.ts';

const DAY = 24 * 60 * 60_000;

/** "The devices have changed", which is what makes a client look at the record. */
const CHANGED = { status: STATUS.mismatchedDevices, ...json({ missingDevices: [2], extraDevices: [] }) };

/**
 * The relay says that bob's devices have changed and shows a record. Once: after that it takes what is sent, so
 * that a client which believed the record would send by it.
 */
async function showRecord(world: RelayWorld, record: Bytes): Promise<{ readonly sentTo: number[][] }> {
  const sentTo: number[][] = [];
  let hinted = false;
  world.lie({
    ask(ask) {
      if (isRecord(ask)) return { body: record };
      if (!isSend(ask)) return undefined;
      if (hinted) {
        sentTo.push([...devicesOf(ask)]);
        return undefined;
      }
      hinted = true;
      return CHANGED;
    },
  });
  return { sentTo };
}

/** It contradicts what was pinned: nothing is sent until the user has seen the warning. */
function accusing(
  name: string,
  tells: string,
  warning: Extract<Told, { kind: 'warning' }>['code'],
  make: (world: RelayWorld) => Promise<Bytes>,
): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'refuse the record, keep the pinned devices, and send nothing until the user has looked',
    told: { kind: 'warning', code: warning },
    async act(world) {
      const { alice, bob, chats } = world;
      const before = await alice.store.contact(bob.account);
      const { sentTo } = await showRecord(world, await make(world));
      const written = await chats.say(alice, bob);
      await expect.poll(async () => (await alice.client.contact(bob.account))?.warning).toBe(warning);
      expect(await alice.client.send({ to: bob.account, text: 'more' })).toEqual({
        outcome: 'warning',
        warning,
      });
      expect((await alice.store.contact(bob.account))?.record).toEqual(before?.record);
      expect(sentTo).toEqual([]);
      // The user has compared the safety number, and goes on with the devices known before.
      await alice.client.acknowledgeWarning(bob.account);
      await written.until('sent');
      expect(new Set(sentTo.flat())).toEqual(new Set([1]));
    },
  };
}

/** It can be nobody's: the pinned devices go on, and nobody is accused. */
function unusable(
  name: string,
  tells: string,
  make: (world: RelayWorld) => Promise<Bytes> | Bytes,
): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'ignore it and go on with the pinned devices',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats } = world;
      const before = await alice.store.contact(bob.account);
      const { sentTo } = await showRecord(world, await make(world));
      await (await chats.say(alice, bob)).until('sent');
      expect((await alice.store.contact(bob.account))?.record).toEqual(before?.record);
      expect((await alice.client.contact(bob.account))?.warning).toBeUndefined();
      expect(new Set(sentTo.flat())).toEqual(new Set([1]));
    },
  };
}

export const liesAboutRecords: LieGroup<RelayWorld> = {
  title: 'Account records',
  lies: [
    accusing(
      'rolled-back record',
      'shows the record before the one that was pinned',
      'record-rolled-back',
      async ({ bobsFirst }) => bobsFirst,
    ),
    accusing(
      'forked record',
      'shows another record in the place of the pinned one, signed by a stolen key',
      'record-forked',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next, { revision, previousHash }) => ({
            ...next,
            revision,
            ...(previousHash === undefined ? {} : { previousHash }),
          }),
        }),
    ),
    accusing(
      'record that skips the pinned one',
      'shows a next record that names another one before it',
      'record-forked',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next) => ({ ...next, previousHash: randomBytes(32) }),
        }),
    ),
    accusing(
      'exchanged recovery key',
      'shows a next record with a recovery key of its own',
      'record-forked',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next) => ({ ...next, recoveryKey: ed25519KeyPair(randomBytes(32)).publicKey }),
        }),
    ),
    accusing(
      'ghost device',
      'shows a next record with a device that no known device has signed for',
      'record-unproven',
      async ({ bob, clock }) => {
        const [device] = (await recordOf(bob)).record.devices;
        if (device === undefined) throw new Error('bob has no device');
        const ghost = ghostOf(device, 2);
        return forgeRecord(bob, {
          now: clock.now(),
          change: (next) => ({ ...next, devices: [...next.devices, ghost.device] }),
          signer: () => ({ kind: 'device', device: 2, secret: ghost.secret }),
        });
      },
    ),
    accusing(
      'revision out of reach',
      'shows a record so many revisions ahead that the owner could not go on from it',
      'record-unproven',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next) => ({ ...next, revision: next.revision + 20_000 }),
        }),
    ),
    accusing(
      'next record of an earlier day',
      'shows a next record that was issued before the pinned one',
      'record-rolled-back',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next, before) => ({
            ...next,
            issuedAt: before.issuedAt - DAY,
            validUntil: before.issuedAt + DAY,
          }),
        }),
    ),
    unusable(
      'record of another account',
      'shows the record of somebody else',
      async ({ zoe }) => (await recordOf(zoe)).bytes,
    ),
    unusable('altered record', 'shows the true record with one bit changed', async ({ bob }) =>
      flipped((await recordOf(bob)).bytes),
    ),
    unusable('truncated record', 'shows the first half of the true record', async ({ bob }) => {
      const { bytes } = await recordOf(bob);
      return asBytes(bytes.slice(0, bytes.length >> 1));
    }),
    unusable('garbage for a record', 'shows bytes that are no record', () => randomBytes(700)),
    unusable('oversized record', 'shows more than a record can have', () =>
      randomBytes(MAX_RECORD_BYTES + 1),
    ),
    unusable('empty record', 'shows nothing and calls it a record', () => new Uint8Array(0)),
    unusable('expired record', 'shows a next record that was over before it came', ({ bob, clock }) =>
      forgeRecord(bob, { now: clock.now(), change: (next) => ({ ...next, validUntil: next.issuedAt + 1 }) }),
    ),
    unusable('record from the future', 'shows a next record of the week to come', ({ bob, clock }) =>
      forgeRecord(bob, { now: clock.now() + 3 * DAY }),
    ),
    unusable(
      'record that is valid for too long',
      'shows a next record that would hold for a year',
      ({ bob, clock }) =>
        forgeRecord(bob, {
          now: clock.now(),
          change: (next) => ({ ...next, validUntil: next.issuedAt + 365 * DAY }),
        }),
    ),
    unusable(
      'record that wants another version',
      'shows a next record that demands a version which nobody speaks',
      ({ bob, clock }) =>
        forgeRecord(bob, { now: clock.now(), change: (next) => ({ ...next, minVersion: 99 }) }),
    ),
    {
      name: 'no record, to a contact',
      tells: 'says that the devices have changed and that it knows no such account',
      must: 'end the message with words, keep the contact and its pinned record, and send it when it is told to again',
      told: { kind: 'problem', code: 'account-lost' },
      async act(world) {
        const { alice, bob, chats } = world;
        world.lie({ ask: (ask) => (isRecord(ask) ? { status: 404 } : isSend(ask) ? CHANGED : undefined) });
        const written = await chats.say(alice, bob);
        await written.until('failed');
        expect((await written.problem())?.code).toBe('account-lost');
        expect((await alice.store.contact(bob.account))?.record).toBeDefined();
        world.middle.honest();
        await alice.client.retryMessage((await written.look()).id);
        await written.until('sent');
      },
    },
    {
      name: 'no record, of a stranger',
      tells: 'shows a stranger’s record with a bit changed to whoever wants to write to them',
      must: 'encrypt for nobody; the text waits and goes when the true record is shown',
      told: { kind: 'problem', code: 'record-unproven' },
      async act(world) {
        const { alice, chats } = world;
        const stranger = await world.newcomer();
        world.lie({
          answer: (answer, ask) =>
            isRecord(ask) && answer.body ? { body: flipped(answer.body) } : undefined,
        });
        const written = await chats.say(alice, stranger);
        await expect.poll(async () => (await written.problem())?.code).toBe('record-unproven');
        expect((await written.look()).state).toBe('queued');
      },
    },
  ],
};
