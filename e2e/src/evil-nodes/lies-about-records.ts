import { asBytes, type Bytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { formatAccountId, parseAccountId } from '@sotto/identity';
import { HARDFORK, NAMESPACE } from '@sotto/protocol';
import { expect } from 'vitest';
import { doubtRecord } from '../evil/doubt-record.ts';
import { forgeRecord, ghostOf, recordOf } from '../evil/forge-record.ts';
import type { Lie, LieGroup, Told } from '../evil/lie.ts';
import { owesNothing, type Person } from '../evil/person.ts';
import type { NodeMeddling, RpcReply } from './front.ts';
import { NODES, type NodeWorld } from './node-world.ts';
import { hashOf, isRecordRead } from './replies.ts';

const DAY = 24 * 60 * 60_000;

/** What a member shows of an account's outbox. */
function outboxWith({ account }: Person, records: readonly Bytes[], now: number): RpcReply {
  const messages = records.map((data) => ({
    hash: hashOf(parseAccountId(account), NAMESPACE.record, data),
    ...{ timestamp: now, expiration: now + DAY, data: toBase64(data) },
  }));
  return { status: 200, body: { messages, more: false, t: now, hf: HARDFORK } };
}

const showing = (of: Person, reply: RpcReply): NodeMeddling => ({
  rpc: (request) =>
    isRecordRead(request) &&
    formatAccountId(parseAccountId(of.account)) === formatAccountId(accountOf(request.mailbox))
      ? Promise.resolve(reply)
      : undefined,
});
const accountOf = (mailbox: Bytes) => parseAccountId(Buffer.from(mailbox).toString('hex'));

type Make = (world: NodeWorld) => Promise<readonly Bytes[]>;

/** So few members show something else that the true record is found. */
function outvoted(name: string, tells: string, liars: number, make: Make): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'ask as many members as make one of them tell the truth, and take the highest record that proves itself',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats, clock } = world;
      const before = (await alice.store.contact(bob.account))?.record;
      const tally = world.lie(liars, showing(bob, outboxWith(bob, await make(world), clock.now())));
      await expect
        .poll(
          async () => {
            await doubtRecord(alice, bob);
            await (await chats.say(alice, bob)).until('sent', 20_000);
            return tally.told;
          },
          { timeout: 30_000 },
        )
        .toBeGreaterThan(0);
      const after = await alice.store.contact(bob.account);
      expect(after?.record).toEqual(before);
      expect(after?.warning).toBeUndefined();
    },
  };
}

/** A record that contradicts what was pinned: nothing is sent until the user has seen the warning. */
function accusing(
  name: string,
  tells: string,
  code: Extract<Told, { kind: 'warning' }>['code'],
  liars: number,
  make: Make,
): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'refuse the record, keep the pinned devices, and send nothing until the user has looked',
    told: { kind: 'warning', code },
    async act(world) {
      const { alice, bob, chats, clock } = world;
      const before = (await alice.store.contact(bob.account))?.record;
      world.lie(liars, showing(bob, outboxWith(bob, await make(world), clock.now())));
      await doubtRecord(alice, bob);
      const written = await chats.say(alice, bob);
      const warning = async () => (await alice.client.contact(bob.account))?.warning;
      await expect.poll(warning, { timeout: 10_000 }).toBe(code);
      expect((await written.look()).state).toBe('queued');
      expect((await alice.store.contact(bob.account))?.record).toEqual(before);
      await alice.client.acknowledgeWarning(bob.account);
      await written.until('sent', 20_000);
    },
  };
}

/** What members show an owner of the own account. */
function ownRecord(name: string, tells: string, liars: number, make: Make): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'go on as before: a record of one’s own that no device of one’s own has signed changes nothing; `doctor` counts who has the true one',
    told: { kind: 'outcome', outcome: 'stored on n of 7' },
    async act(world) {
      const { alice, clock } = world;
      const { bytes } = await recordOf(alice);
      const tally = world.lie(liars, showing(alice, outboxWith(alice, await make(world), clock.now())));
      const examined = await world
        .roadOf(alice)
        .examine({ account: parseAccountId(alice.account), record: bytes });
      expect(examined?.record.storedOn).toBe(NODES - liars);
      await alice.restart();
      await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(1);
      expect((await recordOf(alice)).bytes).toEqual(bytes);
      expect((await alice.client.status()).replaced).toBe(false);
      await world.isUp(alice);
    },
  };
}

async function withGhost(of: Person, now: number): Promise<Bytes> {
  const [device] = (await recordOf(of)).record.devices;
  if (device === undefined) throw new Error('there is no device');
  const ghost = ghostOf(device, 2);
  return forgeRecord(of, {
    now,
    change: (next) => ({ ...next, devices: [...next.devices, ghost.device] }),
    signer: () => ({ kind: 'device', device: 2, secret: ghost.secret }),
  });
}

export const liesAboutStoredRecords: LieGroup<NodeWorld> = {
  title: 'Account records',
  lies: [
    outvoted('old record at one', 'shows the record before the newest', 1, async ({ bobsFirst }) => [
      bobsFirst,
    ]),
    outvoted(
      'old record at two of three',
      'shows, with another member, the record before the newest',
      2,
      async ({ bobsFirst }) => [bobsFirst],
    ),
    outvoted('no record at two', 'says, with another member, that there is none', 2, async () => []),
    outvoted('altered record', 'shows the true record with one bit changed', 1, async ({ bob }) => {
      const bytes = asBytes((await recordOf(bob)).bytes.slice());
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      return [bytes];
    }),
    outvoted('record of another account', 'shows somebody else’s record', 2, async ({ alice }) => [
      (await recordOf(alice)).bytes,
    ]),
    outvoted('garbage for a record', 'shows bytes that are no record', 2, async () => [randomBytes(700)]),
    outvoted('record that is too large', 'shows more than a record can have', 1, async () => [
      randomBytes(17_000),
    ]),
    accusing(
      'ghost device at one',
      'shows a higher record with a device that no known device has signed for, by a stolen key',
      'record-unproven',
      NODES,
      async ({ bob, clock }) => [await withGhost(bob, clock.now())],
    ),
    accusing(
      'forked record',
      'shows another record in the place of the newest, by a stolen key',
      'record-forked',
      NODES,
      async ({ bob, clock }) => [
        await forgeRecord(bob, {
          now: clock.now(),
          change: (next, { revision, previousHash }) => ({
            ...next,
            revision,
            ...(previousHash === undefined ? {} : { previousHash }),
          }),
        }),
      ],
    ),
    accusing(
      'old record at all',
      'shows, and so do all, the record before the newest',
      'record-rolled-back',
      NODES,
      async ({ bobsFirst }) => [bobsFirst],
    ),
    {
      name: 'no record at all',
      tells: 'says, and so do all, that there is no such account',
      must: 'keep the contact and its pinned record; the message waits',
      told: { kind: 'problem', code: 'account-not-seen' },
      async act(world) {
        const { alice, bob, chats, clock } = world;
        await owesNothing(alice);
        world.lie(NODES, showing(bob, outboxWith(bob, [], clock.now())));
        await doubtRecord(alice, bob);
        const written = await chats.say(alice, bob);
        await expect
          .poll(async () => (await written.problem())?.code, { timeout: 10_000 })
          .toBe('account-not-seen');
        expect((await written.look()).state).toBe('queued');
        expect((await alice.store.contact(bob.account))?.record).toBeDefined();
        world.honest();
        await alice.restart();
        await written.until('sent', 20_000);
      },
    },
    ownRecord(
      'own record with a ghost device',
      'shows an owner a next record that none of the devices has signed',
      2,
      async ({ alice, clock }) => [await withGhost(alice, clock.now())],
    ),
    ownRecord('own record that is gone', 'has lost the record of an account', 2, async () => []),
  ],
};
