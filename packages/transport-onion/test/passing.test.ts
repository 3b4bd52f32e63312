import { ed25519KeyPair } from '@sotto/crypto';
import {
  decodeSignedList,
  encodeSignedList,
  MAX_SIGNED_LIST_BYTES,
  seenList,
  signList,
  withNodes,
} from '@sotto/directory';
import { MAX_LIST_PART_BYTES, MAX_LIST_PARTS } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { passedList } from '../src/passing.ts';
import { createTestNetwork } from './network.ts';
import {
  createTestCollector,
  createTestMemory,
  credentialsOf,
  finish,
  makePerson,
  makeRoad,
  until,
} from './world.ts';

const bob = makePerson(2);

/** Eight nodes of which the client knows four, and those have gone. */
function allGone() {
  const network = createTestNetwork({ swarms: [8] });
  const nodes = network.nodes();
  const [gone, come] = [nodes.slice(0, 4), nodes.slice(4)];
  const isOf = (some: typeof nodes, ip: string) => some.some(({ listed }) => listed.ip === ip);
  network.relist((node) => (isOf(gone, node.ip) ? node : undefined));
  const old = network.directory;
  network.relist((node) => (isOf(gone, node.ip) ? undefined : node));
  for (const { listed } of come) network.add(listed);
  for (const { wrong } of gone) wrong.down = true;
  const memory = createTestMemory();
  const { road } = makeRoad({ ...network, directory: old }, 5, memory);
  const collected = createTestCollector();
  return { network, old, road, memory, collected };
}

describe('a road whose every node has gone', () => {
  it('goes on by the list that a contact gives, dials nobody else for it, and knows it after a restart', async () => {
    const { network, old, road, memory, collected } = allGone();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => road.trouble() === 'no-guard');
    const before = new Set(network.contacted);
    expect(await finish(network, road.passing?.take(network.directory) ?? Promise.reject())).toBe('taken');
    await until(network, () => collected.events.includes('drained'));
    const guards = road.guards().map(({ ip }) => `${ip}:22021`);
    expect([...network.contacted].filter((each) => !before.has(each) && !guards.includes(each))).toEqual([]);
    await road.close();
    const again = makeRoad({ ...network, directory: old }, 6, memory).road;
    expect(await finish(network, again.probe())).toMatchObject({ outcome: 'ok' });
    await again.close();
  });

  it('takes from a contact nothing that others may not give: of other signers, older, changed, or no list', async () => {
    const { network, old, road, collected } = allGone();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => road.trouble() === 'no-guard');
    const take = (list: Uint8Array) =>
      finish(network, road.passing?.take(new Uint8Array(list)) ?? Promise.reject());
    const others = createTestNetwork({ swarms: [4], signer: 0x52, seed: 3 });
    others.relist((node) => node);
    expect(await take(others.directory)).toBe('refused');
    const { list } = decodeSignedList(network.directory);
    expect(await take(encodeSignedList({ list, signatures: [] }))).toBe('refused');
    const seen = seenList({ nodes: list.nodes, subnets: 'ignore', now: network.clock.now() + 1e9 });
    expect(await take(encodeSignedList(seen))).toBe('refused');
    expect(await take(network.directory.slice(1))).toBe('refused');
    expect(await take(old)).toBe('known');
    expect(road.list()?.list.sequence).toBe(decodeSignedList(old).list.sequence);
    await road.close();
  });
});

describe('a list that nobody has signed', () => {
  it('is not passed on, and no contact’s list takes its place, signed or not', async () => {
    const network = createTestNetwork({ swarms: [8] });
    const { nodes } = decodeSignedList(network.directory).list;
    const now = network.clock.now();
    const first = encodeSignedList(seenList({ nodes, subnets: 'ignore', now }));
    const { road } = makeRoad({ ...network, directory: first });
    expect(await road.passing?.current()).toBeUndefined();
    const later = encodeSignedList(seenList({ nodes: nodes.slice(4), subnets: 'ignore', now: now + 1e9 }));
    expect(await road.passing?.take(later)).toBe('refused');
    expect(await road.passing?.take(network.directory)).toBe('refused');
    expect(road.list()?.list.nodes).toHaveLength(8);
    await road.close();
  });
});

describe('a list as contacts pass it on', () => {
  it('says who its signers are, and whether others have signed it too', () => {
    const network = createTestNetwork();
    const before = decodeSignedList(network.directory);
    const passed = passedList(before);
    expect(passed).toMatchObject({ sequence: before.list.sequence, handsOver: false });
    expect(passed?.bytes()).toEqual(network.directory);
    network.relist((node) => node);
    expect(passedList(decodeSignedList(network.directory))?.network).toEqual(passed?.network);
    const other = createTestNetwork({ signer: 0x52 });
    expect(passedList(decodeSignedList(other.directory))?.network).not.toEqual(passed?.network);
    const next = ed25519KeyPair(new Uint8Array(32).fill(9));
    const changed = withNodes(before, before.list.nodes, before.list.issuedAt + 1);
    const handed = { ...changed, list: { ...changed.list, signers: [next.publicKey] } };
    const old = ed25519KeyPair(new Uint8Array(32).fill(0x51));
    expect(passedList(signList(signList(handed, next.secretKey), old.secretKey))?.handsOver).toBe(true);
  });

  it('fits into the parts that a message takes, however long it is', () => {
    expect(MAX_LIST_PART_BYTES * MAX_LIST_PARTS).toBeGreaterThanOrEqual(MAX_SIGNED_LIST_BYTES);
  });
});
