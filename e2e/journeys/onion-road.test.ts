import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import type { Delivery } from '@sotto/client';
import type { OnionRoad } from '@sotto/transport-onion';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectMail, newOnionRoad, type RoadNodes, startRoadNodes } from '../src/onion-road-nodes.ts';
import { enrol, newPerson, type Person } from '../src/relay-road-people.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';

let nodes: RoadNodes;
const roads: OnionRoad[] = [];

afterEach(async () => {
  for (const road of roads.splice(0)) await road.close();
  await nodes.close();
});

function newRoad() {
  const made = newOnionRoad(nodes);
  roads.push(made.road);
  return made;
}

/** Somebody whose road is started and has read what was there. */
async function arrive() {
  const person = await newPerson({ url: 'https://relay.example' });
  const { road, dialled } = newRoad();
  const mail = collectMail();
  road.start(await enrol(road, person.enrolment), mail.collector);
  await waitUntil('the road is drained', 40_000, () => mail.events.includes('drained'));
  const mailbox = road.mailbox?.();
  if (mailbox === undefined) throw new Error('no mailbox');
  return { person, road, dialled, mail, mailbox };
}

function deliveryTo({ account, enrolment }: Person, text: string, mailbox?: Bytes): Delivery {
  const { device, registrationId } = enrolment;
  const mailboxes = mailbox === undefined ? [] : [{ device, registrationId, address: mailbox }];
  return {
    to: account,
    access: { kind: 'contact', accessKey: new Uint8Array(16), mailboxes },
    relays: [],
    messages: [{ device, registrationId, bytes: utf8(text) }],
    timestamp: Date.now(),
    urgent: true,
  };
}

describe('the onion road and nine nodes', () => {
  beforeEach(async () => {
    nodes = await startRoadNodes([3, 3, 3]);
  });

  it('publishes, is found, carries to a mailbox and to a stranger, and empties what is read', async () => {
    const bob = await arrive();
    const { road } = newRoad();
    expect(await bob.road.publishRecord(bob.person.account, bob.person.record)).toEqual({
      outcome: 'published',
    });
    expect(await road.fetchRecord(bob.person.account)).toEqual({
      outcome: 'found',
      record: bob.person.record,
    });
    const before = slowness();
    const began = Date.now();
    expect(await road.deliver(deliveryTo(bob.person, 'to the mailbox', bob.mailbox))).toEqual({
      outcome: 'stored',
      storedOn: 3,
    });
    await waitUntil('it arrives', 40_000, () => bob.mail.envelopes.length === 1);
    const took = Date.now() - began;
    expect(took).toBeLessThan(5_000 * Math.max(before, slowness()));
    expect(await road.deliver(deliveryTo(bob.person, 'to a stranger'))).toMatchObject({ outcome: 'stored' });
    await waitUntil('it arrives too', 40_000, () => bob.mail.envelopes.length === 2);
    expect(bob.mail.envelopes.map(({ sealed }) => fromUtf8(sealed))).toEqual([
      'to the mailbox',
      'to a stranger',
    ]);
    expect(bob.dialled.size).toBeLessThanOrEqual(2);
    expect(await road.probe()).toMatchObject({ outcome: 'ok' });
    expect(await bob.road.leave()).toEqual({ outcome: 'published' });
    expect(await road.fetchRecord(bob.person.account)).toEqual({ outcome: 'unknown-account' });
  });

  it('goes on when guards and members are gone, and reads everything later', async () => {
    const bob = await arrive();
    const { road, dialled } = newRoad();
    const [gone] = nodes.membersOf(bob.mailbox);
    if (!gone) throw new Error('no member');
    expect(await road.deliver(deliveryTo(bob.person, 'before', bob.mailbox))).toMatchObject({
      outcome: 'stored',
    });
    await nodes.stop(gone);
    expect(await road.deliver(deliveryTo(bob.person, 'one is gone', bob.mailbox))).toMatchObject({
      outcome: 'stored',
      storedOn: 2,
    });
    await waitUntil('both arrive', 40_000, () => bob.mail.envelopes.length === 2);
    await nodes.start(gone);
    const guard = nodes.nodes.find(({ ip }) => dialled.has(ip));
    if (!guard) throw new Error('no guard');
    await nodes.stop(guard);
    const delivered = await road.deliver(deliveryTo(bob.person, 'no guard', bob.mailbox));
    expect(delivered).toMatchObject({ outcome: 'stored' });
    await waitUntil('it arrives', 40_000, () => bob.mail.envelopes.length === 3);
    await nodes.start(guard);
  });
});

describe('the onion road and a swarm of seven', () => {
  it('counts five as durable, and four as too few', async () => {
    nodes = await startRoadNodes([7, 3]);
    let bob = await arrive();
    // Half of all mailboxes lie in the larger swarm.
    while (nodes.membersOf(bob.mailbox).length < 7) bob = await arrive();
    const { road } = newRoad();
    const spare = nodes.membersOf(bob.mailbox).filter(({ ip }) => !bob.dialled.has(ip));
    await road.probe();
    for (const node of spare.slice(0, 2)) await nodes.stop(node);
    expect(await road.deliver(deliveryTo(bob.person, 'five', bob.mailbox))).toEqual({
      outcome: 'stored',
      storedOn: 5,
    });
    const [third] = spare.slice(2);
    if (third) await nodes.stop(third);
    expect(await road.deliver(deliveryTo(bob.person, 'four', bob.mailbox))).toEqual({
      outcome: 'partly-stored',
      storedOn: 4,
      of: 7,
    });
    await waitUntil('both arrive', 60_000, () => bob.mail.envelopes.length === 2);
  });
});
