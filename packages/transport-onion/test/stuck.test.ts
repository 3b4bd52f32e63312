import { type Bytes, utf8 } from '@sotto/bytes';
import { describe, expect, it, vi } from 'vitest';
import { contactBox } from '../src/box.ts';
import { HandOver } from '../src/hand-over.ts';
import { MAX_OPEN, MAX_POSTPONED } from '../src/limits.ts';
import { createTestNetwork, type TestNetwork, type TestNode } from './network.ts';
import { createTestCollector, credentialsOf, makePerson, makeRoad, until } from './world.ts';

const bob = makePerson(2);
const MAILBOX = contactBox(new Uint8Array(32).fill(7)).key;
const MANY = MAX_OPEN + MAX_POSTPONED + 50;

function put(network: TestNetwork, node: TestNode, data: Bytes): void {
  node.store.keep({
    method: 'store',
    mailbox: MAILBOX,
    namespace: 40,
    data,
    timestamp: network.clock.now(),
    expiry: network.clock.now() + 86_400_000,
  });
}

/** A mailbox in which some letters cannot be opened, as when their sender's swarm is out. */
function setOut() {
  const network = createTestNetwork();
  const { road } = makeRoad(network);
  const collected = createTestCollector();
  const members = network.membersOf(MAILBOX);
  const stuck = { isSo: true };
  const committed: string[] = [];
  const isStuck = (text: string) => stuck.isSo && text.startsWith('stuck');
  collected.settle = ({ sealed }) => {
    const text = new TextDecoder().decode(sealed);
    if (isStuck(text)) return Promise.reject(new Error('its sender is not known'));
    committed.push(text);
    return Promise.resolve();
  };
  const putAll = (text: string) => {
    for (const node of members) put(network, node, utf8(text));
  };
  const left = () => members.map(({ store }) => store.box(MAILBOX, 40).length);
  const start = () => road.start(credentialsOf(bob), collected.collector);
  return { network, road, collected, stuck, committed, putAll, left, start };
}

describe('many that cannot be opened', () => {
  it('do not stop what is new, and each is committed when it can be', async () => {
    const { network, road, collected, stuck, committed, putAll, left, start } = setOut();
    const texts = Array.from({ length: MANY }, (_, number) => `stuck ${number}`);
    for (const text of texts) putAll(text);
    start();
    await until(network, () => collected.events.includes('connected'));
    putAll('fresh');
    await until(network, () => committed.includes('fresh'));
    await network.clock.advance(3 * 60_000);
    expect(committed).toEqual(['fresh']);
    expect(collected.events).toEqual(['connected']);
    // Nothing that is not committed has been deleted anywhere.
    expect(left()).toEqual([MANY, MANY, MANY]);

    stuck.isSo = false;
    await until(network, () => left().every((count) => count === 0), 15 * 60_000);
    expect([...committed].sort()).toEqual(['fresh', ...texts].sort());
    expect(collected.events).toEqual(['connected', 'drained']);
    await road.close();
  });

  it('are waited for by one reading of the box, however often it is read', async () => {
    const { network, road, collected, committed, putAll, start } = setOut();
    for (let number = 0; number < MANY; number++) putAll(`stuck ${number}`);
    let waiting = 0;
    const { settled } = HandOver.prototype;
    const counted = vi.spyOn(HandOver.prototype, 'settled').mockImplementation(async function (
      this: HandOver,
      ...given
    ) {
      waiting++;
      await settled.apply(this, given);
      waiting--;
    });
    start();
    await until(network, () => collected.events.includes('connected'));
    await network.clock.advance(6 * 60_000);
    putAll('fresh');
    await until(network, () => committed.includes('fresh'));
    await network.clock.advance(30_000);
    expect(counted.mock.calls.length).toBeGreaterThan(5);
    expect(waiting).toBeLessThanOrEqual(2);
    await road.close();
    counted.mockRestore();
  });
});
