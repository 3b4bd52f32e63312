import { PrivateKey } from '@signalapp/libsignal-client';
import { asBytes, type Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { aciFromBytes, aciOf, expandIdentity, formatAci, parseAccountId } from '@sotto/identity';
import { decodeEnvelope, ENVELOPE_TYPE, type RelayEnvelope } from '@sotto/protocol';
import { forgeCertificate, forgeSeal } from '@sotto/ratchet-libsignal/testing';
import { expect } from 'vitest';
import type { Lie, LieGroup } from '../evil/lie.ts';
import { refused } from '../evil/person.ts';
import { stateOf } from '../evil/ratchet-of.ts';
import { flipped, isMail, isQueueEmpty, withEnvelope } from './frames.ts';
import { ADDRESS, type RelayWorld } from './relay-world.ts';

const ONCE = 'show the true text once, in its place, and nothing else';

/** Bob writes to alice, and the relay hands over something else than he wrote, or something besides. */
function mailLie(
  name: string,
  tells: string,
  change: (envelope: RelayEnvelope, world: RelayWorld) => readonly RelayEnvelope[],
  rest: Partial<Pick<Lie<RelayWorld>, 'told' | 'must'>> = {},
): Lie<RelayWorld> {
  const told = rest.told ?? { kind: 'nothing' };
  return {
    ...{ name, tells, must: rest.must ?? ONCE, told },
    async act(world) {
      const { alice, bob, chats } = world;
      const before = told.kind === 'refused' ? ((await refused(alice))[told.reason] ?? 0) : 0;
      world.lie({ push: (push) => withEnvelope(push, (envelope) => change(envelope, world)) });
      await (await chats.say(bob, alice)).until('sent');
      await chats.settle();
      if (told.kind !== 'refused') return;
      await expect.poll(async () => (await refused(alice))[told.reason] ?? 0).toBeGreaterThan(before);
    },
  };
}

const another = (envelope: RelayEnvelope): RelayEnvelope => ({ ...envelope, guid: randomBytes(16) });
const withContent = (envelope: RelayEnvelope, change: (content: Bytes) => Bytes): RelayEnvelope => ({
  ...another(envelope),
  content: change(envelope.content ?? new Uint8Array(0)),
});

const counted = (reason: string): Pick<Lie<RelayWorld>, 'told'> => ({ told: { kind: 'refused', reason } });

/** The relay makes mail itself. `forge` is asked once. */
function forgedMail(
  name: string,
  tells: string,
  reason: string,
  forge: (world: RelayWorld) => Promise<Bytes>,
): Lie<RelayWorld> {
  return {
    ...{ name, tells, must: 'show nothing of it', told: { kind: 'refused', reason } },
    async act(world) {
      const { alice, bob, chats } = world;
      const content = await forge(world);
      const before = (await refused(alice))[reason] ?? 0;
      let done = false;
      world.lie({
        push(push) {
          if (done || !isMail(push)) return undefined;
          done = true;
          return withEnvelope(push, (envelope) => [envelope, { ...another(envelope), content }]);
        },
      });
      await (await chats.say(bob, alice)).until('sent');
      await expect
        .poll(async () => (await refused(alice))[reason] ?? 0, { timeout: 5_000 })
        .toBeGreaterThan(before);
      await chats.settle();
    },
  };
}

const toAlice = ({ alice }: RelayWorld) => parseAccountId(alice.account);
const keyOfBob = async ({ bob }: RelayWorld) =>
  PrivateKey.deserialize(expandIdentity((await stateOf(bob)).identitySecret).ratchetSecret);

export const liesAboutMail: LieGroup<RelayWorld> = {
  title: 'Mail that comes in',
  lies: [
    mailLie('replay', 'hands the same message over twice', (envelope) => [envelope, envelope]),
    mailLie(
      'replay under another name',
      'hands the same message over again as if it were another one',
      (envelope) => [envelope, another(envelope)],
      counted('replayed'),
    ),
    mailLie(
      'truncated message',
      'cuts a copy of the message off',
      (envelope) => [envelope, withContent(envelope, (content) => asBytes(content.slice(0, -1)))],
      counted('seal-wrong-size'),
    ),
    mailLie(
      'longer message',
      'puts something behind a copy of the message',
      (envelope) => [envelope, withContent(envelope, (content) => asBytes(Uint8Array.from([...content, 0])))],
      counted('seal-wrong-size'),
    ),
    mailLie(
      'altered message',
      'changes one bit in a copy of the message',
      (envelope) => [envelope, withContent(envelope, (content) => flipped(content, content.length - 9))],
      counted('seal-not-a-seal'),
    ),
    mailLie(
      'message of an older seal',
      'changes the version of the seal in a copy',
      (envelope) => [
        envelope,
        withContent(envelope, (content) => asBytes(Uint8Array.from([0x22, ...content.subarray(1)]))),
      ],
      counted('seal-not-a-seal'),
    ),
    mailLie(
      'garbage of the right size',
      'makes up 2,560 bytes',
      (envelope) => [envelope, withContent(envelope, () => randomBytes(2_560))],
      counted('seal-not-a-seal'),
    ),
    mailLie('unsealed message', 'hands a copy over as one without a seal, from bob', (envelope, { bob }) => [
      envelope,
      {
        ...another(envelope),
        type: ENVELOPE_TYPE.ciphertext,
        source: { aci: aciOf(parseAccountId(bob.account)), device: 1 },
      },
    ]),
    mailLie(
      'plain content',
      'hands over a content that nobody has encrypted: a text in bob’s name',
      (envelope, { bob }) => [
        envelope,
        {
          ...another(envelope),
          type: ENVELOPE_TYPE.plaintext,
          source: { aci: aciOf(parseAccountId(bob.account)), device: 1 },
          content: asBytes(Uint8Array.from([0x0a, 4, 0x0a, 2, 0x68, 0x69])),
        },
      ],
    ),
    mailLie(
      'another sender outside',
      'writes another sender on the message than its seal has inside',
      (envelope, { zoe }) => [
        { ...envelope, source: { aci: aciOf(parseAccountId(zoe.account)), device: 3 } },
      ],
    ),
    mailLie('message for another account', 'hands over a copy that is for somebody else', (envelope) => [
      envelope,
      {
        ...another(envelope),
        destination: aciFromBytes(
          randomBytes(16).map((byte, at) =>
            at === 6 ? (byte & 15) | 128 : at === 8 ? (byte & 63) | 128 : byte,
          ) as Bytes,
        ),
      },
    ]),
    mailLie('time of the first day', 'says that the message came in 1970', (envelope) => [
      { ...envelope, serverTimestamp: 0, clientTimestamp: 0 },
    ]),
    mailLie('time of the last day', 'says that the message comes in the year 9999', (envelope) => [
      { ...envelope, serverTimestamp: 253_402_300_799_999, clientTimestamp: 253_402_300_799_999 },
    ]),
    {
      name: 'false receipt',
      tells: 'hands over a receipt for a message that was not delivered',
      must: 'believe receipts only from inside the ratchet: the message stays sent',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, zoe, chats } = world;
        // Whoever has not accepted yet sends no receipt.
        const written = await chats.say(alice, zoe);
        await written.until('sent');
        await chats.settle();
        const { sentAt } = (await written.look()).id;
        const source = { aci: aciOf(parseAccountId(zoe.account)), device: 1 };
        world.lie({
          push: (push) =>
            withEnvelope(push, (envelope) => {
              const { content: _, ...bare } = another(envelope);
              return [
                envelope,
                { ...bare, source, type: ENVELOPE_TYPE.deliveryReceipt, clientTimestamp: sentAt },
              ];
            }),
        });
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        expect((await written.look()).state).toBe('sent');
      },
    },
    {
      name: 'dropped message',
      tells: 'throws a message away that it has taken',
      must: 'hold what comes after it, and show after half a minute that something is missing',
      told: { kind: 'gap' },
      async act(world) {
        const { alice, bob, chats } = world;
        // A receipt may come first, and goes the same way.
        const dropped: number[] = [];
        let drops = true;
        world.lie({
          push(push, line) {
            if (!drops || !isMail(push) || push.id === undefined || push.body === undefined) return undefined;
            dropped.push(decodeEnvelope(push.body).clientTimestamp);
            line.take(push.id);
            return [];
          },
        });
        const lost = await chats.say(bob, alice);
        await lost.until('sent');
        chats.lose(lost);
        const { sentAt } = (await lost.look()).id;
        await expect.poll(() => dropped).toContain(sentAt);
        drops = false;
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
      },
    },
    {
      name: 'another order',
      tells: 'hands the second message over before the first',
      must: 'show them in the order in which they were written',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const kept: Parameters<NonNullable<Parameters<RelayWorld['lie']>[0]['push']>>[0][] = [];
        world.lie({
          push(push) {
            if (!isMail(push) || kept.length === 3) return undefined;
            kept.push(push);
            return kept.length < 3 ? [] : kept.toReversed();
          },
        });
        for (let count = 0; count < 3; count++) await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
      },
    },
    {
      name: 'acknowledgements that are ignored',
      tells: 'keeps what was acknowledged and hands it over again at the next connection',
      must: 'acknowledge it again and show it once',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, middle } = world;
        const tally = world.lie({ taken: () => 'silence' });
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        const once = tally.told;
        middle.drop(ADDRESS.alice);
        await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(once);
        await chats.settle();
      },
    },
    {
      name: 'empty too early',
      tells: 'says that nothing waits, before it hands over what does',
      must: 'take what comes later as well',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, middle } = world;
        const kept: Parameters<NonNullable<Parameters<RelayWorld['lie']>[0]['push']>>[0][] = [];
        const tally = world.lie({
          push(push) {
            if (isQueueEmpty(push)) return [push, ...kept];
            if (!isMail(push)) return undefined;
            kept.push(push);
            // Nothing was acknowledged, so that the relay does not say by itself that there is no more.
            return kept.length > 1
              ? undefined
              : [{ ...push, id: 900_000n, path: '/api/v1/queue/empty' }, push];
          },
        });
        middle.drop(ADDRESS.alice);
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        expect(tally.told).toBeGreaterThan(0);
      },
    },
    {
      name: 'never empty',
      tells: 'never says that everything was handed over',
      must: 'show what comes, and say of the road that it has not drained',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, middle } = world;
        const tally = world.lie({ push: (push) => (isQueueEmpty(push) ? [] : undefined) });
        middle.drop(ADDRESS.alice);
        await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(0);
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        expect((await alice.client.status()).roads.map(({ drained }) => drained)).toEqual([false]);
      },
    },
    {
      name: 'mail that is none',
      tells: 'hands over a message without a body, and one of garbage',
      must: 'acknowledge neither, keep the connection, and go on',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const answers: number[] = [];
        world.lie({
          push(push) {
            if (!isMail(push) || answers.length > 0) return undefined;
            const { body: _, ...bare } = push;
            return [{ ...bare, id: 900_001n }, { ...push, id: 900_002n, body: randomBytes(80) }, push];
          },
          taken(answer) {
            if (answer.id < 900_000n) return undefined;
            answers.push(answer.status);
            return 'silence';
          },
        });
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        expect(answers).toEqual([400, 400]);
      },
    },
    forgedMail(
      'certificate of another name',
      'seals with a key of its own and a certificate that names bob',
      'seal-aci-mismatch',
      async (world) => {
        const key = PrivateKey.generate();
        const uuid = formatAci(aciOf(parseAccountId(world.bob.account)));
        return forgeSeal({ key, certificate: forgeCertificate({ key, uuid }), to: toAlice(world) });
      },
    ),
    forgedMail(
      'certificate of the relay',
      'seals with a certificate that the relay has issued',
      'seal-not-self-issued',
      (world) => {
        const [key, relay] = [PrivateKey.generate(), PrivateKey.generate()];
        return forgeSeal({
          key,
          certificate: forgeCertificate({ key, trustRoot: relay, serverKey: relay }),
          to: toAlice(world),
        });
      },
    ),
    forgedMail(
      'certificate that expires',
      'seals with a certificate that is over',
      'seal-not-self-issued',
      (world) => {
        const key = PrivateKey.generate();
        return forgeSeal({ key, certificate: forgeCertificate({ key, expires: 1 }), to: toAlice(world) });
      },
    ),
    forgedMail(
      'certificate with a broken signature',
      'seals with a certificate that nobody has signed',
      'seal-not-self-issued',
      (world) => {
        const key = PrivateKey.generate();
        return forgeSeal({
          key,
          certificate: flipped(forgeCertificate({ key }), 250),
          to: toAlice(world),
        });
      },
    ),
    forgedMail(
      'seal for another device',
      'hands over a seal that is for another device of the account',
      'seal-other-destination',
      (world) => {
        const key = PrivateKey.generate();
        return forgeSeal({
          key,
          certificate: forgeCertificate({ key }),
          to: toAlice(world),
          groupId: Uint8Array.of(1, 2),
        });
      },
    ),
    forgedMail(
      'padding that says something',
      'writes something into the padding, which others could tell it by',
      'seal-bad-padding',
      (world) => {
        const key = PrivateKey.generate();
        return forgeSeal({ key, certificate: forgeCertificate({ key }), to: toAlice(world), dirtyAt: 700 });
      },
    ),
    forgedMail(
      'ghost device that writes',
      'seals with bob’s stolen key as a device that his record does not list',
      'unproven-sender',
      async (world) => {
        const key = await keyOfBob(world);
        return forgeSeal({ key, certificate: forgeCertificate({ key, device: 2 }), to: toAlice(world) });
      },
    ),
    forgedMail(
      'certificate that was never published',
      'seals with bob’s stolen key as his device, in a certificate that his record does not have',
      'unproven-sender',
      async (world) => {
        const key = await keyOfBob(world);
        return forgeSeal({ key, certificate: forgeCertificate({ key }), to: toAlice(world) });
      },
    ),
    forgedMail(
      'sender who does not exist',
      'seals in the name of an account that nobody has made',
      'unknown-sender',
      (world) => {
        const key = PrivateKey.generate();
        return forgeSeal({ key, certificate: forgeCertificate({ key }), to: toAlice(world) });
      },
    ),
  ],
};
