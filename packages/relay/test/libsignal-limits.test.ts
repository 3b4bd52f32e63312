import { join } from 'node:path';
import { Aci, ErrorCode, type Net } from '@signalapp/libsignal-client';
import { asBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openMailbox, QUOTA } from '@sotto/mailbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_NEW_RECIPIENTS } from '../src/limits/new-recipients.ts';
import { Correspondent } from './_correspondent.ts';
import { Group } from './_group.ts';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import type { Person } from './_person.ts';

/** What the official client says of a relay that wants it to send less. */

const HOUR = 60 * 60;

let world: LibsignalWorld;
/** It stands still, so that nothing is given back. */
let time = Date.now();
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await createLibsignalWorld({ now: () => time });
});
afterAll(() => world.dispose());
beforeEach(async () => {
  [alice, bob] = [await world.newPerson(), await world.newPerson()];
});

describe('a message by name', () => {
  let chat: Net.AuthenticatedChatConnection;
  let contents: Awaited<ReturnType<Correspondent['named']>>;
  beforeEach(async () => {
    const correspondent = new Correspondent(alice, bob, world.anonymous);
    await correspondent.learn(1);
    contents = await correspondent.named('hello');
    chat = await world.connect(alice, new MailListener(200));
    return () => chat.disconnect();
  });
  const sendTo = (destination: Aci) =>
    chat.sendMessage({ destination, timestamp: 8, contents, onlineOnly: false, urgent: false });

  it('is refused after sixty to the same, and it is said until when', async () => {
    const send = () => sendTo(serviceIdOf(bob));
    await Promise.all(Array.from({ length: 60 }, send));
    await expect(send()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfterSecs: 1 });
    time += 1_000;
    await send();
  });

  it('is challenged after many to others, with no option that the client does not know, until an hour is over', async () => {
    const notFound = { code: ErrorCode.ServiceIdNotFound };
    for (let count = 0; count < MAX_NEW_RECIPIENTS; count++) {
      await expect(sendTo(Aci.fromUuidBytes(randomBytes(16)))).rejects.toMatchObject(notFound);
    }
    await expect(sendTo(serviceIdOf(bob))).rejects.toMatchObject({
      code: ErrorCode.RateLimitChallengeError,
      token: expect.stringMatching(/.{16}/),
      options: new Set(),
      retryAfterSecs: HOUR,
    });
    time += HOUR * 1000;
    await sendTo(serviceIdOf(bob));
  });
});

describe('a sealed message', () => {
  it('is refused for whom there is no more room, and so is one to many of whom that is one', async () => {
    const before = await createLibsignalWorld();
    const [alice, bob, carol] = [
      await before.newPerson(),
      await before.newPerson(),
      await before.newPerson(),
    ];
    const group = new Group([alice, bob, carol]);
    const chat = await before.connect(alice, new MailListener());
    await group.begin(before.anonymous, chat);
    await before.relay.relay.close();
    await fillQueue(before.relay.data, bob);
    const own = await createLibsignalWorld({ data: before.relay.data });

    const limited = { code: ErrorCode.RateLimitedError, retryAfterSecs: 60 };
    await expect(own.sealTo(bob, 'x')).rejects.toMatchObject(limited);
    const toMany = async (...people: Person[]) =>
      own.anonymous.sendMultiRecipientMessage({
        payload: await group.write('x', people),
        timestamp: 9,
        auth: group.token(own.relay.data, people),
        onlineOnly: false,
        urgent: false,
      });
    await expect(toMany(bob, carol)).rejects.toMatchObject(limited);
    await own.sealTo(carol, 'x');
    await toMany(carol);
    await own.dispose();
  });
});

/** As much mail as may wait for a device, put into the file of a relay that stands still. */
async function fillQueue(data: string, { aci, device }: Person): Promise<void> {
  const mailbox = openMailbox({ path: join(data, 'mailbox.db') });
  const queue = { account: asBytes(Aci.parseFromServiceIdString(aci).getRawUuidBytes()), device };
  const mail = () => ({
    queue,
    class: 'contact' as const,
    id: randomBytes(16),
    receivedAt: Date.now(),
    envelope: Uint8Array.of(1),
  });
  await mailbox.append(Array.from({ length: QUOTA.contact.count }, mail));
  await mailbox.close();
}
