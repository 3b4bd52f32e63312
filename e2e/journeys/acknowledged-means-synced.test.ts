import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUntilReady } from '../src/long-running.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { judgeTrace, readTrace, straceWrapper } from '../src/syscall-trace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { createWorld, randomText, type World } from '../src/world.ts';

const MESSAGES = 20;
/** A sealed message is at least 2,560 bytes; no other answer or notice between two people is as long. */
const MESSAGE_BYTES = 2_500;
/** On its way to the relay it is base64; lasting prekeys, which are shorter, may be those that are on disk already. */
const SENT_MESSAGE_BYTES = 3_400;

describe('acknowledged means synced', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  it('sends no answer of the relay and no acknowledgement of a client before the disk has the message', async () => {
    const alice = await world.person('alice');
    const bob = await world.person('bob');
    const say = (from: typeof alice, to: typeof bob) =>
      sottoJson(['send', '--profile', from.profile, '--to', to.account, '--', randomText()]);
    await say(alice, bob);
    await runSotto(['receive', '--profile', bob.profile]);
    await runSotto(['contacts', 'accept', alice.account, '--profile', bob.profile]);
    await say(bob, alice);
    await runSotto(['receive', '--profile', alice.profile]);

    await world.relay.stop('SIGTERM');
    const relayTrace = join(world.dir, 'relay.strace');
    const bobTrace = join(world.dir, 'bob.strace');
    await world.restartRelay(straceWrapper(relayTrace));
    const daemon = await startUntilReady(['daemon', '--profile', bob.profile], {
      wrapper: straceWrapper(bobTrace),
    });
    const sender = await startUntilReady(['daemon', '--profile', alice.profile]);
    const arrive = (count: number) =>
      waitUntil(`bob has ${count}`, 30_000, async () => {
        const received = judgeTrace(await readTrace(bobTrace), MESSAGE_BYTES);
        return received.messagesAnswered >= count;
      });
    await say(alice, bob);
    await arrive(1);
    // What clients look after when they start may come together, as long as a message, and be on disk already.
    const started = (await readTrace(relayTrace)).length;
    for (let count = 0; count < MESSAGES; count++) await say(alice, bob);
    await arrive(1 + MESSAGES);
    await Promise.all([daemon.stop('SIGTERM'), sender.stop('SIGTERM')]);
    await world.relay.stop('SIGTERM');

    const kept = judgeTrace((await readTrace(relayTrace)).slice(started), SENT_MESSAGE_BYTES);
    expect(kept).toMatchObject({ answersBeforeSync: 0, messagesNotKept: 0 });
    expect(kept.messagesAnswered).toBeGreaterThanOrEqual(MESSAGES);
    expect(kept.syncs).toBeGreaterThanOrEqual(MESSAGES);

    const opened = judgeTrace(await readTrace(bobTrace), MESSAGE_BYTES);
    expect(opened).toMatchObject({ answersBeforeSync: 0, messagesNotKept: 0 });
    expect(opened.messagesAnswered).toBeGreaterThanOrEqual(MESSAGES);
    await world.restartRelay();
  });
});
