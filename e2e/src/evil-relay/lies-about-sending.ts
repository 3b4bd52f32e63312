import { asBytes } from '@sotto/bytes';
import { HEADER, type ResponseFrame, STATUS } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup, Told } from '../evil/lie.ts';
import { isInfo, isRecord, isSend, json } from './frames.ts';
import type { RelayWorld } from './relay-world.ts';

const MINUTE = 60_000;

/** The relay refuses a text for ever. The text ends with words, and goes when it is told to again. */
function refusing(
  name: string,
  tells: string,
  status: number,
  code: Extract<Told, { kind: 'problem' }>['code'],
): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'end the message with words, keep it, and send it when it is told to again',
    told: { kind: 'problem', code },
    async act(world) {
      const { alice, bob, chats, middle } = world;
      world.lie({ ask: (ask) => (isSend(ask) ? { status } : undefined) });
      const written = await chats.say(alice, bob);
      await written.until('failed');
      expect((await written.problem())?.code).toBe(code);
      middle.honest();
      expect((await alice.client.retryMessage((await written.look()).id)).outcome).toBe('queued');
      await written.until('sent');
    },
  };
}

/** The relay puts a text off. It waits, for as long as is reasonable, and goes as soon as it may. */
function puttingOff(name: string, tells: string, answer: Partial<ResponseFrame>): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'wait, never longer than ten minutes, keep the message, and go on as soon as the road comes back',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats, middle, clock } = world;
      const tally = world.lie({ ask: (ask) => (isSend(ask) ? answer : undefined) });
      const written = await chats.say(alice, bob);
      await expect.poll(() => tally.told).toBeGreaterThan(0);
      await expect
        .poll(async () => (await alice.store.outbox()).some(({ attempts }) => attempts > 0))
        .toBe(true);
      const waits = (await alice.store.outbox()).map(({ notBefore }) => notBefore - clock.now());
      expect(Math.max(...waits)).toBeLessThanOrEqual(10 * MINUTE);
      expect((await written.look()).state).toBe('queued');
      middle.honest();
      await alice.restart();
      await written.until('sent');
    },
  };
}

/** Hints that the devices are others, on and on, though the record says that they are not. */
function endless(name: string, tells: string, answer: Partial<ResponseFrame>): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'look at the record each time, believe it and nobody else, and ask more and more rarely',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats } = world;
      let asked = 0;
      const tally = world.lie({
        ask(ask) {
          if (isRecord(ask)) asked++;
          return isSend(ask) ? answer : undefined;
        },
      });
      const written = await chats.say(alice, bob);
      await expect.poll(() => tally.told, { timeout: 5_000 }).toBeGreaterThanOrEqual(8);
      // A round has four tries; then there is a pause that doubles.
      const waits = (await alice.store.outbox()).map(({ attempts }) => attempts);
      expect(Math.max(...waits)).toBeGreaterThan(0);
      expect(asked).toBeGreaterThan(0);
      expect((await written.look()).state).toBe('queued');
      expect((await alice.client.contact(bob.account))?.warning).toBeUndefined();
    },
  };
}

/** The text is taken, and the answer is not what it should be. */
function mangled(
  name: string,
  tells: string,
  must: string,
  answer: (answer: ResponseFrame, send: (frame: ResponseFrame) => void) => Partial<ResponseFrame> | 'silence',
): Lie<RelayWorld> {
  return {
    ...{ name, tells, must, told: { kind: 'nothing' } },
    async act(world) {
      const { alice, bob, chats } = world;
      let lied = false;
      world.lie({
        answer(given, ask, line) {
          if (lied || !isSend(ask)) return undefined;
          lied = true;
          return answer(given, line.frame);
        },
      });
      await (await chats.say(alice, bob)).until('sent', 20_000);
      await chats.settle();
    },
  };
}

const TWICE = 'send it again by a new connection; the other side shows it once';

export const liesAboutSending: LieGroup<RelayWorld> = {
  title: 'What is sent',
  lies: [
    {
      name: 'stored without storing',
      tells: 'says that it has the message and throws it away',
      must: 'show the recipient that something is missing as soon as the next message comes',
      told: { kind: 'gap' },
      async act(world) {
        const { alice, bob, chats, middle } = world;
        world.lie({ ask: (ask) => (isSend(ask) ? json({ needsSync: false }) : undefined) });
        const lost = await chats.say(alice, bob);
        await lost.until('sent');
        chats.lose(lost);
        middle.honest();
        await (await chats.say(alice, bob)).until('sent');
      },
    },
    mangled('stored and not said', 'stores the message and never answers', TWICE, () => 'silence'),
    mangled('answer to another question', 'answers under a number that was never asked', TWICE, (answer) => ({
      ...answer,
      id: answer.id + 1_000n,
    })),
    mangled(
      'two answers',
      'answers the same question twice',
      'take the first, and end the connection at the second',
      (answer, send) => {
        send(answer);
        return { ...answer, status: 500 };
      },
    ),
    mangled(
      'garbage for an answer',
      'answers a send with a body that is none',
      'go by the status and read nothing else',
      () => ({
        body: asBytes(Uint8Array.from([0xff, 0, 0xff])),
      }),
    ),
    mangled(
      'ghosts in a good answer',
      'says that it is stored and that one should also send to other devices',
      'send to nobody else',
      () => json({ needsSync: true, missingDevices: [2, 3], extraDevices: [1] }),
    ),
    endless('409 without end', 'says each time that a device is missing', {
      status: STATUS.mismatchedDevices,
      ...json({ missingDevices: [2], extraDevices: [] }),
    }),
    endless('410 without end', 'says each time that the device was set up anew', {
      status: STATUS.staleDevices,
      ...json({ staleDevices: [1] }),
    }),
    endless('409 with garbage', 'says that the devices are others, in a body that is none', {
      status: STATUS.mismatchedDevices,
      body: asBytes(Buffer.from('[')),
    }),
    refusing('403 for a contact', 'says that it will never take this message', 403, 'refused-by-relay'),
    refusing(
      '422 for a good message',
      'says that the message is malformed',
      STATUS.unprocessable,
      'refused-by-relay',
    ),
    refusing(
      '413 for a small message',
      'says that the message is too large',
      STATUS.tooLarge,
      'too-large-for-relay',
    ),
    refusing('404 for a contact', 'says that there is no such account', 404, 'account-lost'),
    refusing('a status that means nothing', 'answers 302', 302, 'refused-by-relay'),
    puttingOff('503 with a thousand years', 'says that it is busy for a thousand years', {
      status: 503,
      headers: new Map([[HEADER.retryAfter, '31536000000']]),
    }),
    puttingOff('429 with less than nothing', 'says that it may be asked again before it was asked', {
      status: 429,
      headers: new Map([[HEADER.retryAfter, '-1']]),
    }),
    puttingOff('429 with a word', 'says that it may be asked again “soon”', {
      status: 429,
      headers: new Map([[HEADER.retryAfter, 'soon']]),
    }),
    {
      name: '401 for a contact',
      tells: 'says that the access key which the contact gave does not open their mailbox',
      must: 'pay for a place among the requests of that contact, who shows it in the chat all the same',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        world.lie({
          ask: (ask) => (isSend(ask) && ask.headers.has(HEADER.accessKey) ? { status: 401 } : undefined),
        });
        await (await chats.say(alice, bob)).until('sent');
        await chats.settle();
        expect((await bob.client.contact(alice.account))?.state).toBe('accepted');
      },
    },
    {
      name: 'a price that nobody can pay',
      tells: 'asks a stranger for the work of a thousand years',
      must: 'not begin with it; the text waits and goes when the price is one',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, zoe, chats } = world;
        const tally = world.lie({
          answer(answer, ask) {
            if (!isInfo(ask) || answer.body === undefined) return undefined;
            const info = JSON.parse(Buffer.from(answer.body).toString('utf8')) as object;
            return json({ ...info, work_bits: { ticket: 60, keys: 60, request: 60 } });
          },
        });
        // So that she asks for the price anew.
        await alice.restart();
        await world.isUp(alice);
        const written = await chats.say(alice, zoe);
        await expect
          .poll(async () =>
            (await alice.store.outbox()).some(({ to, attempts }) => to === zoe.account && attempts > 0),
          )
          .toBe(true);
        expect(tally.told).toBeGreaterThan(0);
        expect((await written.look()).state).toBe('queued');
      },
    },
    {
      name: 'work that is never good enough',
      tells: 'refuses the work of a stranger each time, whatever it is',
      must: 'work once more at the price asked now, and then say that the relay refuses',
      told: { kind: 'problem', code: 'refused-by-relay' },
      async act(world) {
        const { alice, zoe, chats, middle } = world;
        world.lie({ ask: (ask) => (isSend(ask) ? { status: 401 } : undefined) });
        const written = await chats.say(alice, zoe);
        await written.until('failed');
        expect((await written.problem())?.code).toBe('refused-by-relay');
        middle.honest();
        await alice.client.retryMessage((await written.look()).id);
        await written.until('sent');
      },
    },
  ],
};
