import { concatBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { checkWork, ed25519Sign } from '@sotto/crypto';
import { STORE_WORK } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { contactBox } from '../src/box.ts';
import { hashOf } from '../src/store-durably.ts';
import { createTestNetwork, type TestNetwork } from './network.ts';
import {
  changePlaces,
  createTestCollector,
  credentialsOf,
  deliveryTo,
  finish,
  makePerson,
  makeRoad,
  until,
} from './world.ts';

const bob = makePerson(2);
const MAILBOX = contactBox(new Uint8Array(32).fill(7)).key;

function setOut(network: TestNetwork) {
  const { road } = makeRoad(network);
  const deliver = (text = 'hello', mailbox: typeof MAILBOX | undefined = MAILBOX) =>
    finish(network, road.deliver(deliveryTo(bob, text, mailbox)));
  return { road, deliver, members: network.membersOf(MAILBOX) };
}

describe('what counts as stored', () => {
  it('is what enough members of a swarm of three have signed for', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    expect(await deliver('a')).toEqual({ outcome: 'stored', storedOn: 3 });
    (members[0] as (typeof members)[0]).wrong.down = true;
    expect(await deliver('b')).toEqual({ outcome: 'stored', storedOn: 2 });
    (members[1] as (typeof members)[0]).wrong.down = true;
    expect(await deliver('c')).toEqual({ outcome: 'partly-stored', storedOn: 1, of: 3 });
    (members[2] as (typeof members)[0]).wrong.down = true;
    expect(await deliver('d')).toEqual({ outcome: 'unreachable' });
  });

  it('is five of seven', async () => {
    for (const [down, expected] of [
      [2, { outcome: 'stored', storedOn: 5 }],
      [3, { outcome: 'partly-stored', storedOn: 4, of: 7 }],
    ] as const) {
      const network = createTestNetwork({ swarms: [7, 4] });
      const mailbox = keyInSwarm(network, 7);
      for (const node of network.membersOf(mailbox).slice(0, down)) node.wrong.down = true;
      const { road } = makeRoad(network);
      expect(await finish(network, road.deliver(deliveryTo(bob, 'x', mailbox)))).toEqual(expected);
    }
  });

  it('is no signature that is not the member’s own, over this very hash', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    const [first, second] = members;
    if (!first || !second) throw new Error('no members');
    first.store.forge = (hash) => ({ hash, already: false, signature: toBase64(new Uint8Array(64)) });
    expect(await deliver('a')).toEqual({ outcome: 'stored', storedOn: 2 });
    const other = network.nodes().find((node) => !members.includes(node));
    second.store.forge = (hash) => ({
      hash,
      already: false,
      signature: toBase64(ed25519Sign(other?.keys.ed25519.secretKey as Uint8Array, utf8(hash))),
    });
    expect(await deliver('b')).toEqual({ outcome: 'partly-stored', storedOn: 1, of: 3 });
    const another = 'A'.repeat(43);
    second.store.forge = () => ({
      hash: another,
      already: false,
      signature: toBase64(ed25519Sign(second.keys.ed25519.secretKey, utf8(another))),
    });
    expect(await deliver('c')).toEqual({ outcome: 'partly-stored', storedOn: 1, of: 3 });
  });

  it('is nothing that a node outside the swarm signs, however rightly', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    const strangers = network.nodes().filter((node) => !members.includes(node));
    const hash = hashOf(MAILBOX, 40, utf8('hello'));
    const signed = strangers.map(({ keys }) => [
      toHex(keys.ed25519.publicKey),
      { hash, already: false, signature: toBase64(ed25519Sign(keys.ed25519.secretKey, utf8(hash))) },
    ]);
    const body = { hash, swarm: Object.fromEntries(signed), t: network.clock.now() };
    for (const node of members) {
      node.wrong.onRpc = (method) => (method === 'store' ? { status: 200, body } : undefined);
    }
    expect(await deliver('hello')).toEqual({ outcome: 'unreachable' });
  });
});

describe('the right swarm', () => {
  it('is known by the mapping alone: no member ever has to say that it is another', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const said: number[] = [];
    for (const node of network.nodes()) {
      const { answer } = node.store;
      node.store.answer = async (request) => {
        const reply = await answer(request);
        said.push(reply.status);
        return reply;
      };
    }
    for (let number = 0; number < 12; number++) {
      const mailbox = contactBox(new Uint8Array(32).fill(number)).key;
      const outcome = await finish(network, road.deliver(deliveryTo(bob, 'x', mailbox)));
      expect(outcome).toEqual({ outcome: 'stored', storedOn: 3 });
    }
    expect(said).toEqual(new Array(12).fill(200));
  });

  it('is asked of the directory when members say it is another, and then found', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    await deliver('before');
    changePlaces(network, members);
    await network.clock.advance(120_000);
    expect(await deliver('after')).toEqual({ outcome: 'stored', storedOn: 3 });
    const now = network.membersOf(MAILBOX);
    expect(now.every((node) => !members.includes(node))).toBe(true);
    for (const node of now) expect(node.store.box(MAILBOX, 40)).toHaveLength(1);
  });

  it('is looked for in a newer list when nobody of it answers, though other requests go through', async () => {
    const network = createTestNetwork({ swarms: [3, 3, 3] });
    const { deliver, members } = setOut(network);
    expect(await deliver('before')).toMatchObject({ outcome: 'stored' });
    changePlaces(network, members);
    for (const node of members) node.wrong.down = true;
    await network.clock.advance(120_000);
    expect(await deliver('to those who are gone')).toEqual({ outcome: 'unreachable' });
    await network.clock.advance(60_000);
    expect(await deliver('after')).toEqual({ outcome: 'stored', storedOn: 3 });
  });

  it('is not what one member claims without a newer list behind it', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    const liar = members[0] as (typeof members)[0];
    const others = network.nodes().filter((node) => !members.includes(node));
    liar.wrong.onRpc = (method) =>
      method === 'store'
        ? { status: 421, body: { snodes: [], swarm: '0', t: network.clock.now() } }
        : undefined;
    for (let round = 0; round < 6; round++) {
      expect(await deliver(`${round}`)).toEqual({ outcome: 'stored', storedOn: 3 });
    }
    for (const node of others) expect(node.store.box(MAILBOX, 40)).toEqual([]);
  });
});

describe('a refusal', () => {
  it('of a swarm of three is final only when two members say so', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    const [first, second, third] = members;
    if (!first || !second || !third) throw new Error('no members');
    first.wrong.onRpc = refuseStores;
    for (let round = 0; round < 6; round++) {
      expect(await deliver(`${round}`)).toMatchObject({ outcome: 'stored' });
    }
    second.wrong.onRpc = refuseStores;
    third.wrong.onRpc = refuseStores;
    expect(await deliver('x')).toEqual({ outcome: 'rejected', status: 403 });
  });

  it('of two of seven is no refusal, whichever of the others are silent', async () => {
    const network = createTestNetwork({ swarms: [7, 4] });
    const mailbox = keyInSwarm(network, 7);
    const [one, two, ...others] = network.membersOf(mailbox);
    for (const node of [one, two]) if (node) node.wrong.onRpc = refuseStores;
    for (const node of others.slice(0, 4)) node.wrong.down = true;
    for (let seed = 1; seed <= 20; seed++) {
      const { road } = makeRoad(network, seed);
      const outcome = await finish(network, road.deliver(deliveryTo(bob, `${seed}`, mailbox)));
      expect(outcome, `seed ${seed}`).not.toMatchObject({ outcome: 'rejected' });
      await road.close();
    }
  });

  it('of so many of seven that five can never hold it is final', async () => {
    const network = createTestNetwork({ swarms: [7, 4] });
    const mailbox = keyInSwarm(network, 7);
    for (const node of network.membersOf(mailbox).slice(0, 5)) node.wrong.onRpc = refuseStores;
    for (const node of network.membersOf(mailbox).slice(5)) node.wrong.down = true;
    const { road } = makeRoad(network);
    const outcome = await finish(network, road.deliver(deliveryTo(bob, 'x', mailbox)));
    expect(outcome).toEqual({ outcome: 'rejected', status: 403 });
  });

  it('of the only member that answers is not the swarm’s word', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    for (const node of members) node.wrong.down = true;
    const [alone] = members;
    if (!alone) throw new Error('no member');
    alone.wrong.down = false;
    alone.wrong.onRpc = () => ({ status: 403, body: 'no' });
    expect(await deliver()).toEqual({ outcome: 'unreachable' });
  });

  it('of a full member means later', async () => {
    const network = createTestNetwork();
    const { deliver, members } = setOut(network);
    for (const node of members) node.wrong.onRpc = () => ({ status: 500, body: 'disk' });
    expect(await deliver()).toMatchObject({ outcome: 'busy' });
  });
});

describe('a swarm that fills up', () => {
  /** Members that want so much work for a store. */
  function askForWork(network: TestNetwork, bits: readonly number[]): void {
    for (const [index, { store }] of network.membersOf(MAILBOX).entries()) {
      const { keep } = store;
      store.keep = (request) => {
        const wanted = bits[index] ?? 0;
        const hash = hashOf(request.mailbox, request.namespace, request.data);
        const target = concatBytes(request.mailbox, utf8(hash));
        const terms = { purpose: STORE_WORK, target, bits: Math.min(wanted, 28), now: network.clock.now() };
        const { work } = request;
        const isPaid = work !== undefined && checkWork({ ...terms, work }).outcome === 'ok';
        if (wanted === 0 || isPaid) return keep(request);
        return { failed: true, code: 429, reason: 'proof of work', work_bits: wanted };
      };
    }
  }

  it('is paid what the dearest of its members asks', async () => {
    const network = createTestNetwork();
    askForWork(network, [3, 9, 6]);
    expect(await setOut(network).deliver()).toEqual({ outcome: 'stored', storedOn: 3 });
  });

  it('is not worked for where enough take it for nothing, or where one member asks for hours', async () => {
    const network = createTestNetwork();
    askForWork(network, [0, 0, 60]);
    expect(await setOut(network).deliver()).toEqual({ outcome: 'stored', storedOn: 2 });
    const dear = createTestNetwork();
    askForWork(dear, [25, 25, 25]);
    expect(await setOut(dear).deliver()).toMatchObject({ outcome: 'busy' });
  });
});

describe('a letter to a stranger', () => {
  it('lies in the request mailbox and is handed over; what was not paid for is not', async () => {
    const network = createTestNetwork();
    const { deliver } = setOut(network);
    const box = network.membersOf(bob.account);
    for (const { store } of box) {
      store.keep({
        method: 'store',
        mailbox: bob.account,
        namespace: 40,
        data: utf8('free of charge'),
        timestamp: network.clock.now(),
        expiry: network.clock.now() + 60_000,
      });
    }
    expect(await deliver('may I', new Uint8Array(0))).toEqual({ outcome: 'stored', storedOn: 3 });
    const { road } = makeRoad(network, 9);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    expect(collected.texts()).toEqual(['may I']);
    // Siblings read it too.
    await network.clock.advance(60_000);
    for (const { store } of box) expect(store.box(bob.account, 40)).toHaveLength(2);
    await road.close();
  });

  it('is written to each device whose mailbox is not known', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const known = deliveryTo(bob, 'first', MAILBOX);
    const outcome = await finish(
      network,
      road.deliver({
        ...known,
        messages: [...known.messages, { device: 2, registrationId: 4, bytes: utf8('second') }],
      }),
    );
    expect(outcome).toEqual({ outcome: 'stored', storedOn: 3 });
    for (const { store } of network.membersOf(MAILBOX)) expect(store.box(MAILBOX, 40)).toHaveLength(1);
    for (const { store } of network.membersOf(bob.account)) {
      expect(store.box(bob.account, 40)).toHaveLength(1);
    }
  });
});

const refuseStores = (method: string) => (method === 'store' ? { status: 403, body: 'no' } : undefined);

/** A mailbox that the swarm of so many members keeps. */
function keyInSwarm(network: TestNetwork, members: number): typeof MAILBOX {
  for (let number = 0; number < 200; number++) {
    const { key } = contactBox(new Uint8Array(32).fill(number));
    if (network.membersOf(key).length === members) return key;
  }
  throw new Error('no such key');
}
