import { asBytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { RetrieveRequest } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup, Told } from '../evil/lie.ts';
import { refused } from '../evil/person.ts';
import type { RpcReply } from './front.ts';
import { NODES, type NodeWorld } from './node-world.ts';
import {
  dataOf,
  hashOf,
  invented,
  type KeptMessage,
  mailboxesOf,
  type Page,
  showingMail,
} from './replies.ts';

/** Bob writes to alice, and members show her mailbox otherwise than it is. She is shown what he wrote, once. */
function mailLie(
  name: string,
  tells: string,
  must: string,
  change: (page: Page, request: RetrieveRequest, world: NodeWorld) => Page | undefined,
  rest: { readonly liars?: number; readonly told?: Told; readonly texts?: number } = {},
): Lie<NodeWorld> {
  const { liars = 1, told = { kind: 'nothing' }, texts = 2 } = rest;
  return {
    ...{ name, tells, must, told },
    async act(world) {
      const { alice, bob, chats } = world;
      const before = told.kind === 'refused' ? ((await refused(alice))[told.reason] ?? 0) : 0;
      let changed = 0;
      const of = await mailboxesOf(alice, bob);
      const lies = showingMail((page, request) => change(page, request, world), {
        ...{ of, liars },
        changed: () => changed++,
      });
      world.lie(NODES, lies);
      // A member's turn comes with the polls: each text makes some.
      for (let round = 0; round < 12 && (round === 0 || changed === 0); round++) {
        for (let count = 0; count < texts; count++) await (await chats.say(bob, alice)).until('sent', 20_000);
        await chats.settle();
      }
      expect(changed).toBeGreaterThan(0);
      if (told.kind !== 'refused') return;
      await expect
        .poll(async () => (await refused(alice))[told.reason] ?? 0, { timeout: 10_000 })
        .toBeGreaterThan(before);
    },
  };
}

/** Members answer a look into a mailbox with something that is no page of it. */
function noPage(name: string, tells: string, answer: RpcReply | 'silence', liars = 2): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'ask the others',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats } = world;
      const lies = showingMail((page) => page, { of: await mailboxesOf(alice, bob) });
      const tally = world.lie(liars, {
        rpc: (request, honest, liar) =>
          lies.rpc?.(request, async () => ({ status: 200, body: {} }), liar) &&
          (answer === 'silence' ? new Promise(() => undefined) : honest().then(() => answer)),
      });
      await expect.poll(() => tally.told, { timeout: 15_000 }).toBeGreaterThan(0);
      await (await chats.say(bob, alice)).until('sent', 20_000);
      await chats.settle(30_000);
    },
  };
}

const some = (
  page: Page,
  change: (messages: readonly KeptMessage[]) => readonly KeptMessage[],
): Page | undefined =>
  page.messages.length === 0 ? undefined : { ...page, messages: change(page.messages) };

const UNTRUE = 'see that it is not what it is called, take nothing of the page, and ask others';
const HIDDEN = 'read what it hides from the others';

export const liesAboutStoredMail: LieGroup<NodeWorld> = {
  title: 'What is read',
  lies: [
    mailLie('hidden mail', 'shows an empty mailbox', HIDDEN, (page) => some(page, () => [])),
    mailLie(
      'hidden by two',
      'shows an empty mailbox, and so does another member',
      HIDDEN,
      (page) => some(page, () => []),
      { liars: 2 },
    ),
    mailLie('half of the mail', 'shows the last message only', HIDDEN, (page) =>
      page.messages.length > 1 ? some(page, (messages) => messages.slice(-1)) : some(page, () => []),
    ),
    mailLie('altered mail', 'changes a bit of a message and calls it by its name', UNTRUE, (page) =>
      some(page, (messages) =>
        messages.map((message) => {
          const data = dataOf(message);
          data[100] = (data[100] ?? 0) ^ 1;
          return { ...message, data: toBase64(data) };
        }),
      ),
    ),
    mailLie(
      'altered and renamed mail',
      'changes a bit of a message and names it truly',
      'refuse the seal, count it, and show what the others have',
      (page, request, { clock }) =>
        some(page, (messages) =>
          messages.map((message) => {
            const data = asBytes(dataOf(message).slice());
            data[100] = (data[100] ?? 0) ^ 1;
            return { ...invented(request, data, clock.now()), timestamp: message.timestamp };
          }),
        ),
      { told: { kind: 'refused', reason: 'seal-not-a-seal' } },
    ),
    mailLie('renamed mail', 'calls a message by the name of another', UNTRUE, (page, request) =>
      some(page, (messages) =>
        messages.map((message) => ({
          ...message,
          hash: hashOf(request.mailbox, request.namespace, randomBytes(40)),
        })),
      ),
    ),
    mailLie('truncated mail', 'cuts a message off and calls it by its name', UNTRUE, (page) =>
      some(page, (messages) =>
        messages.map((message) => ({ ...message, data: toBase64(asBytes(dataOf(message).slice(0, -16))) })),
      ),
    ),
    mailLie(
      'mail of its own',
      'puts a message of its own among the others',
      'refuse it, count it, and go on',
      (page, request, { clock }) =>
        some(page, (messages) => [invented(request, randomBytes(2_560), clock.now()), ...messages]),
      { told: { kind: 'refused', reason: 'seal-not-a-seal' } },
    ),
    mailLie(
      'mail of another size',
      'puts a message among the others that is of no size a message has',
      'refuse it, count it, and go on',
      (page, request, { clock }) =>
        some(page, (messages) => [...messages, invented(request, randomBytes(999), clock.now())]),
      { told: { kind: 'refused', reason: 'seal-wrong-size' } },
    ),
    mailLie('doubled mail', 'shows each message twice', 'show it once', (page) =>
      some(page, (messages) => messages.flatMap((message) => [message, message])),
    ),
    {
      name: 'another order',
      tells: 'hides some messages, as all members do, and then shows the last one first',
      must: 'show them in the order in which they were written',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const of = await mailboxesOf(alice, bob);
        world.lie(
          NODES,
          showingMail((page) => ({ ...page, messages: [] }), { of }),
        );
        for (let count = 0; count < 3; count++) await (await chats.say(bob, alice)).until('sent', 20_000);
        let changed = 0;
        const reversed = (page: Page) =>
          page.messages.length > 1 ? some(page, (messages) => messages.toReversed()) : undefined;
        world.lie(NODES, showingMail(reversed, { of, changed: () => changed++ }));
        await chats.settle();
        expect(changed).toBeGreaterThan(0);
      },
    },
    mailLie(
      'times that are none',
      'says that the messages are of 1970 and were over then',
      'go by what is inside the seal',
      (page) =>
        some(page, (messages) =>
          messages.map((message) => ({ ...message, timestamp: 1_000_000_001, expiration: 1_000_000_002 })),
        ),
      { liars: NODES },
    ),
    mailLie(
      'times to come',
      'says that the messages are of the year 9999',
      'go by what is inside the seal',
      (page) =>
        some(page, (messages) =>
          messages.map((message) => ({
            ...message,
            timestamp: 253_402_300_799_999,
            expiration: 253_402_300_799_999,
          })),
        ),
      { liars: NODES },
    ),
    {
      name: 'more without end',
      tells: 'shows a message that was read long ago and says, each time, that there is more',
      must: 'ask the others in their turn, so that nothing new is hidden',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const old = new Map<string, KeptMessage>();
        const lies = showingMail(
          (page, { mailbox }) => {
            const name = toBase64(mailbox);
            const [first] = page.messages;
            if (first !== undefined && !old.has(name)) old.set(name, first);
            const shown = old.get(name);
            return shown === undefined ? undefined : { messages: [shown], more: true };
          },
          { of: await mailboxesOf(alice, bob), liars: 1 },
        );
        const tally = world.lie(NODES, lies);
        for (let count = 0; count < 8; count++) {
          await (await chats.say(bob, alice)).until('sent', 20_000);
          await chats.settle();
        }
        expect(tally.told).toBeGreaterThan(0);
      },
    },
    {
      name: 'deleted without deleting',
      tells: 'signs that it has deleted what was read, and shows it again and again',
      must: 'show it once',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const kept = new Map<string, KeptMessage[]>();
        const tally = world.lie(
          NODES,
          showingMail((page, { mailbox }) => {
            const name = toBase64(mailbox);
            const all = kept.get(name) ?? [];
            all.push(...page.messages.filter(({ hash }) => !all.some((each) => each.hash === hash)));
            kept.set(name, all);
            return all.length === 0 ? undefined : { messages: all, more: false };
          }),
        );
        for (let count = 0; count < 3; count++) {
          await (await chats.say(bob, alice)).until('sent', 20_000);
          await chats.settle();
        }
        expect(tally.told).toBeGreaterThan(0);
        // All of it once more, from the beginning.
        await alice.restart();
        await world.isUp(alice);
      },
    },
    noPage('401 for the owner', 'says that the owner may not read the mailbox', { status: 401, body: 'no' }),
    noPage('404 for a mailbox', 'says that there is no such mailbox', { status: 404, body: 'no' }),
    noPage('garbage for a mailbox', 'answers with what is no JSON', { status: 200, body: '[[[' }),
    noPage('a batch with too few answers', 'answers one of two requests', {
      status: 200,
      body: { results: [] },
    }),
    noPage('a batch with too many answers', 'answers more requests than were made', {
      status: 200,
      body: { results: Array.from({ length: 30 }, () => ({ code: 200, body: {} })) },
    }),
    noPage('a poll without end', 'holds a look into a mailbox for ever', 'silence', 1),
  ],
};
