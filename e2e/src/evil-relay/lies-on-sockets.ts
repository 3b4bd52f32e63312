import { asBytes, type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { CLOSE, encodeFrame, HEADER, MAX_FRAME_BYTES } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup } from '../evil/lie.ts';
import { isMail } from './frames.ts';
import type { Meddling } from './middle.ts';
import { ADDRESS, type RelayWorld } from './relay-world.ts';

const NO_HEADERS = new Map<string, string>();

/** Before the next message the relay says something that cannot be right. */
function badFrame(name: string, tells: string, frame: () => Bytes): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'end the connection, make a new one, and be handed the message there',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats } = world;
      let done = false;
      world.lie({
        push(push) {
          if (done || !isMail(push)) return undefined;
          done = true;
          return [frame(), push];
        },
      });
      await (await chats.say(bob, alice)).until('sent');
      await chats.settle();
      // A new start waits no longer between connections than the first did.
      await alice.restart();
    },
  };
}

/** Nothing gets in: what is written waits, and goes when the relay is one again. */
function closedDoor(name: string, tells: string, upgrade: Meddling['upgrade']): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'say that the road is not up, try again with growing pauses, and lose nothing',
    told: { kind: 'road' },
    async act(world) {
      const { alice, bob, chats, middle } = world;
      const tally = world.lie({ ...(upgrade && { upgrade }) });
      middle.drop(ADDRESS.alice);
      await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(0);
      const written = await chats.say(alice, bob);
      expect((await alice.client.status()).roads.map(({ state }) => state)).toEqual(['connecting']);
      expect((await written.look()).state).toBe('queued');
      // What was begun while it lied need not be waited for.
      middle.honest();
      await alice.restart();
      await written.until('sent');
    },
  };
}

/** The relay says that this device is none of its accounts. It may be so: nobody else can be asked. */
function expelled(
  name: string,
  tells: string,
  meddling: Meddling,
  told: Extract<Lie<RelayWorld>['told'], { kind: 'outcome' }>['outcome'],
): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'send nothing, say so, keep everything, and ask again at the next start',
    told: { kind: 'outcome', outcome: told },
    async act(world) {
      const { alice, bob, chats, middle } = world;
      world.lie(meddling);
      middle.drop(ADDRESS.alice);
      await expect
        .poll(async () => (await alice.client.status()).roads[0]?.state, { timeout: 10_000 })
        .toBe('stopped');
      const sent = await alice.client.send({ to: bob.account, text: 'not written' });
      if (sent.outcome === 'written') {
        const carried = await alice.client.waitForCarried(sent.message, 2_000);
        expect(carried).toMatchObject({ state: 'queued', problem: told });
        await alice.client.deleteMessage(sent.message);
      } else expect(sent.outcome).toBe(told);
      middle.honest();
      await alice.restart();
      await (await chats.say(alice, bob)).until('sent');
    },
  };
}

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];

/** A request with so many headers that each of them would be an object. */
function frameBomb(): Bytes {
  const headers = asBytes(new Uint8Array(400_000).map((_, at) => (at % 2 === 0 ? 0x2a : 0)));
  const request = concatBytes(asBytes(Uint8Array.from([0x0a, 3])), utf8('PUT'), headers);
  return concatBytes(asBytes(Uint8Array.from([0x08, 1, 0x12, ...varint(request.length)])), request);
}

export const liesOnSockets: LieGroup<RelayWorld> = {
  title: 'Sockets and frames',
  lies: [
    badFrame('garbage frame', 'sends bytes that are no frame', () => randomBytes(300)),
    badFrame('empty frame', 'sends a frame of nothing', () => new Uint8Array(0)),
    badFrame(
      'oversized frame',
      'sends a frame that is larger than any may be',
      () => new Uint8Array(MAX_FRAME_BYTES + 1) as Bytes,
    ),
    badFrame('frame of headers', 'sends a frame of two hundred thousand headers', frameBomb),
    badFrame('answer to nothing', 'answers a request that was never made', () =>
      encodeFrame({ kind: 'response', id: 4_242n, status: 200, message: 'OK', headers: NO_HEADERS }),
    ),
    {
      name: 'request that does not exist',
      tells: 'asks the client for its keys, as if that were a call',
      must: 'answer that there is no such call, and nothing else',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const answers: unknown[] = [];
        world.lie({
          push: (push) =>
            isMail(push) && answers.length === 0
              ? [
                  {
                    kind: 'request',
                    id: 900_009n,
                    verb: 'GET',
                    path: '/v1/identity/secret',
                    headers: NO_HEADERS,
                  },
                  push,
                ]
              : undefined,
          taken(answer) {
            if (answer.id !== 900_009n) return undefined;
            answers.push([answer.status, answer.body ?? null]);
            return 'silence';
          },
        });
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        await expect.poll(() => answers).toEqual([[404, null]]);
      },
    },
    {
      name: 'slow answers',
      tells: 'answers everything, after three seconds each time',
      must: 'wait for it',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, clock } = world;
        const tally = world.lie({
          answer(answer, _, line) {
            clock.after(3_000, () => line.frame(answer));
            return 'silence';
          },
        });
        await (await chats.say(alice, bob)).until('sent');
        await chats.settle();
        expect(tally.told).toBeGreaterThan(0);
      },
    },
    {
      name: 'false time',
      tells: 'says in every answer that it is the year 2100',
      must: 'go by its own clock',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, clock } = world;
        const headers = new Map([[HEADER.timestamp, '4102444800000']]);
        world.lie({
          answer: (answer) => ({ headers: new Map([...answer.headers, ...headers]) }),
          push: (push) => [{ ...push, headers }],
        });
        const written = await chats.say(alice, bob);
        await written.until('sent');
        await (await chats.say(bob, alice)).until('sent');
        await chats.settle();
        expect(Math.abs((await written.look()).id.sentAt - clock.now())).toBeLessThan(60 * 60_000);
      },
    },
    closedDoor('upgrade refused', 'answers every connection with 500', () => ({ status: 500 })),
    closedDoor('upgrade elsewhere', 'sends every connection to another address', () => ({
      status: 301,
      headers: 'Location: https://127.0.0.9:1/v1/websocket/\r\n',
    })),
    closedDoor('upgrade busy for ever', 'says that it takes connections again in a thousand years', () => ({
      status: 503,
      headers: 'Retry-After: 31536000000\r\n',
    })),
    closedDoor(
      'upgrade that never ends',
      'takes the connection and never says another word',
      () => 'silence',
    ),
    expelled(
      '401 for this device',
      'says that it knows no such device',
      { upgrade: ({ authenticated }) => (authenticated ? { status: 401 } : undefined) },
      'device-replaced',
    ),
    expelled(
      '403 for this device',
      'says that this device may not come in',
      { upgrade: ({ authenticated }) => (authenticated ? { status: 403 } : undefined) },
      'device-replaced',
    ),
    expelled(
      'hung up as revoked',
      'closes the connection as that of a device that was unlinked',
      { opened: closing(CLOSE.credentialsRevoked) },
      'device-replaced',
    ),
    expelled(
      'hung up as used elsewhere',
      'closes the connection as that of a device which is used by two',
      { opened: closing(CLOSE.connectedElsewhere) },
      'used-elsewhere',
    ),
    {
      name: 'another TLS key',
      tells: 'shows another TLS key than the URL names',
      must: 'say nothing at all to it, and say why',
      told: { kind: 'problem', code: 'wrong-relay-key' },
      async act(world) {
        const { alice, bob, chats, middle, other, own } = world;
        let upgrades = 0;
        world.lie({
          upgrade() {
            upgrades++;
            return undefined;
          },
        });
        middle.show(other);
        middle.drop(ADDRESS.alice);
        await expect
          .poll(async () => (await alice.client.status()).roads[0]?.distrust, { timeout: 10_000 })
          .toBe('wrong-key');
        const written = await chats.say(alice, bob);
        expect(await alice.client.waitForCarried((await written.look()).id, 1_000)).toMatchObject({
          state: 'queued',
          problem: 'wrong-relay-key',
        });
        expect(upgrades).toBe(0);
        middle.show(own);
      },
    },
    {
      name: 'another TLS key on the second connection',
      tells: 'shows the true key where mail comes in, and another where it is sent',
      must: 'send nothing by it, and say why',
      told: { kind: 'problem', code: 'wrong-relay-key' },
      async act(world) {
        const { alice, bob, chats, middle, other, own } = world;
        world.lie({});
        middle.show(other);
        middle.drop(ADDRESS.alice, 'anonymous');
        const written = await chats.say(alice, bob);
        await expect
          .poll(async () => (await alice.client.probe())[0]?.result, { timeout: 10_000 })
          .toEqual({ outcome: 'failed', reason: 'wrong-key' });
        expect(await alice.client.waitForCarried((await written.look()).id, 1_000)).toMatchObject({
          state: 'queued',
          problem: 'wrong-relay-key',
        });
        expect((await alice.client.status()).roads[0]).toMatchObject({ state: 'up', distrust: 'wrong-key' });
        middle.show(own);
      },
    },
  ],
};

function closing(code: number): NonNullable<Meddling['opened']> {
  return ({ authenticated, end }) => {
    if (!authenticated) return undefined;
    end(code);
    return 'told';
  };
}
