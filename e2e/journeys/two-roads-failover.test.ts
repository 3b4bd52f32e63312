import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend, createDevnet, type Devnet } from '../src/devnet.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { runSotto, startSotto } from '../src/run-sotto.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/** Each pair of people loses its relay once a round, each at another moment of its chat. */
const ROUNDS = Number(process.env['SOTTO_FAILOVER_ROUNDS'] ?? '1');
const PAIRS = Number(process.env['SOTTO_FAILOVER_PAIRS'] ?? '3');

interface Chat {
  readonly from: Person;
  readonly to: Person;
  readonly daemons: readonly Running[];
  readonly listener: ChildProcess;
  readonly sent: string[];
  readonly shown: { readonly text: string; readonly road: string }[];
  /** Roads of what was shown since the last change of the network. */
  recent: string[];
}

let devnet: Devnet;
const chats: Chat[] = [];

beforeAll(
  async () => {
    devnet = await createDevnet(['--nodes', '9']);
    for (let pair = 0; pair < PAIRS; pair++) chats.push(await openChat(pair));
  },
  120_000 + PAIRS * 30_000,
);

afterAll(async () => {
  for (const { daemons, listener } of chats) {
    listener.kill('SIGTERM');
    await Promise.all(daemons.map((daemon) => daemon.stop('SIGTERM')));
  }
  await devnet?.close();
}, 60_000);

async function openChat(pair: number): Promise<Chat> {
  const from = await devnet.person(`alice-${pair}`);
  const to = await devnet.person(`bob-${pair}`);
  await befriend(from, to);
  const daemons = [
    await startUntilReady(['daemon', '--profile', from.profile]),
    await startUntilReady(['daemon', '--profile', to.profile]),
  ];
  const listener = startSotto(['receive', '--profile', to.profile, '--follow', '--json']);
  const chat: Chat = { from, to, daemons, listener, sent: [], shown: [], recent: [] };
  if (listener.stdout === null) throw new Error('the listener has no stdout');
  createInterface({ input: listener.stdout }).on('line', (line) => {
    const { text, road } = JSON.parse(line) as { text: string; road: string };
    chat.shown.push({ text, road });
    chat.recent.push(road);
  });
  return chat;
}

/** Send at random moments until told to stop. What answers with an ID is on disk, whatever the relay does. */
async function talk(chat: Chat, going: () => boolean, pause: () => number): Promise<void> {
  while (going()) {
    const text = randomText();
    const done = await runSotto([
      ...['send', '--profile', chat.from.profile, '--to', chat.to.account, '--timeout', '1', '--', text],
    ]);
    if (done.code !== 0 && done.code !== 3) throw new Error(`send ended with ${done.code}: ${done.stderr}`);
    chat.sent.push(text);
    await new Promise((resolve) => setTimeout(resolve, pause()));
  }
}

const allHeard = (road: string, least: number) => () =>
  chats.every(({ recent }) => recent.filter((each) => each === road).length >= least);

function forgetRecent(): void {
  for (const chat of chats) chat.recent = [];
}

describe('a relay that goes in mid-chat', () => {
  it(
    `loses, doubles and disorders nothing in ${ROUNDS * PAIRS} chats: on by the onion, back by the relay`,
    async () => {
      let talking = true;
      let slow = false;
      const talks = Promise.all(
        chats.map((chat) =>
          talk(
            chat,
            () => talking,
            () => (slow ? randomInt(1_000, 4_000) : randomInt(10, 400)),
          ),
        ),
      );
      for (let round = 0; round < ROUNDS; round++) {
        slow = false;
        await waitUntil('the chats go by the relay', 60_000, allHeard('relay', 2));
        await new Promise((resolve) => setTimeout(resolve, randomInt(0, 1_500)));
        await devnet.ctl('kill', 'relay');
        forgetRecent();
        await waitUntil('the chats go on by the onion road', 60_000, allHeard('onion', 2));
        await new Promise((resolve) => setTimeout(resolve, randomInt(0, 3_000)));
        await devnet.ctl('start', 'relay');
        forgetRecent();
        slow = true;
        await waitUntil('the chats are back on the relay', 150_000, allHeard('relay', 2));
      }
      talking = false;
      await talks;
      await waitUntil('everything sent was shown', 90_000, () =>
        chats.every(({ sent, shown }) => shown.length >= sent.length),
      ).catch(() => undefined);
      for (const { sent, shown } of chats) {
        expect(shown.map(({ text }) => text)).toEqual(sent);
        expect(new Set(shown.map(({ road }) => road))).toEqual(new Set(['relay', 'onion']));
      }
    },
    60_000 + ROUNDS * 300_000,
  );
});
