import { asBytes, type Bytes } from '@sotto/bytes';
import { blake2b, ed25519KeyPair, ed25519Sign } from '@sotto/crypto';
import { encodeSubaccountToken, messageHashInput } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { contactBox } from '../src/box.ts';
import { createTestNetwork, type TestNetwork } from './network.ts';
import { finish, makeRoad } from './world.ts';

const OWNER_SEED = new Uint8Array(32).fill(7);
const owner = ed25519KeyPair(OWNER_SEED);
const mailbox = contactBox(OWNER_SEED).key;
const reader = ed25519KeyPair(new Uint8Array(32).fill(8));
const token = encodeSubaccountToken({ prefix: 3, access: 1, ed25519: reader.publicKey });
const permit = { token, signature: ed25519Sign(owner.secretKey, token), secret: reader.secretKey };
const DATA = asBytes(new Uint8Array(76_800).fill(5));
const place = { mailbox, namespace: 1001, lane: 0 };
const hash = hashOf(DATA);

function hashOf(data: Bytes, namespace = 1001): Bytes {
  return blake2b(32, messageHashInput(mailbox, namespace, data));
}

function setOut(network: TestNetwork) {
  const { road } = makeRoad(network);
  const { chunks } = road;
  if (chunks === undefined) throw new Error('no files on this road');
  return {
    road,
    store: (data = DATA, namespace = 1001) =>
      finish(
        network,
        chunks.store({ ...place, namespace, secret: owner.secretKey, data, lifetime: 30 * 86_400_000 }),
      ),
    fetch: (change: Partial<Parameters<typeof chunks.fetch>[0]> = {}) =>
      finish(network, chunks.fetch({ ...place, hash, permit, ...change })),
    remove: (hashes: readonly Bytes[]) =>
      finish(network, chunks.remove({ mailbox, secret: owner.secretKey, hashes })),
    members: network.membersOf(mailbox),
  };
}

describe('a chunk of a file', () => {
  it('is stored when enough members have signed for it, and had by whoever has the permit', async () => {
    const network = createTestNetwork({ swarms: [7, 4] });
    const { store, fetch, members } = setOut(network);
    for (const { wrong } of members.slice(0, 2)) wrong.down = true;
    const stored = await store();
    expect(stored).toEqual(
      members.length === 7 ? { outcome: 'stored' } : { outcome: 'partly-stored', storedOn: 2, of: 4 },
    );
    expect(await fetch()).toEqual({ outcome: 'found', data: DATA });
  });

  it('is not stored while too few have it, and storing it again is enough', async () => {
    const network = createTestNetwork();
    const { store, members } = setOut(network);
    for (const { wrong } of members.slice(1)) wrong.down = true;
    expect(await store()).toEqual({ outcome: 'partly-stored', storedOn: 1, of: 3 });
    for (const { wrong } of members) wrong.down = false;
    await network.clock.advance(60_000);
    expect(await store()).toEqual({ outcome: 'stored' });
    expect(members.map(({ store: kept }) => kept.box(mailbox, 1001).length)).toEqual([1, 1, 1]);
  });

  it('comes whole from the only member that tells the truth', async () => {
    const network = createTestNetwork();
    const { store, fetch, members } = setOut(network);
    await store();
    const [liar, empty, honest] = members;
    if (!liar || !empty || !honest) throw new Error('no members');
    liar.store.alter = (data) => asBytes(data.map((byte, index) => (index === 9 ? byte ^ 1 : byte)));
    empty.store.box(mailbox, 1001).splice(0);
    expect(await fetch()).toEqual({ outcome: 'found', data: DATA });
    honest.wrong.down = true;
    expect((await fetch()).outcome).toBe('unreachable');
  });

  it('is missing when members enough say so, and only then', async () => {
    const network = createTestNetwork();
    const { fetch, members } = setOut(network);
    expect(await fetch()).toEqual({ outcome: 'missing' });
    for (const { wrong } of members.slice(1)) wrong.down = true;
    expect(await fetch()).toEqual({ outcome: 'unreachable' });
  });

  it('is shown to nobody without the owner’s permit', async () => {
    const network = createTestNetwork();
    const { store, fetch } = setOut(network);
    await store();
    const stranger = ed25519KeyPair(new Uint8Array(32).fill(9)).secretKey;
    expect(await fetch({ permit: { ...permit, signature: ed25519Sign(stranger, token) } })).toEqual({
      outcome: 'missing',
    });
    expect(await fetch({ permit: { ...permit, secret: stranger } })).toEqual({ outcome: 'missing' });
  });

  it('goes by paths of its lane, which no message takes', async () => {
    const network = createTestNetwork();
    const { road, store } = setOut(network);
    await store();
    expect(road.paths().map(({ purpose }) => purpose)).toEqual(['file 0']);
  });

  it('is deleted by its owner at all members', async () => {
    const network = createTestNetwork();
    const { store, fetch, remove, members } = setOut(network);
    const other = asBytes(new Uint8Array(20).fill(6));
    await store();
    await store(other, 1003);
    expect(await remove([hash, hashOf(other, 1003)])).toBe(true);
    expect(
      members.flatMap(({ store: kept }) => [...kept.box(mailbox, 1001), ...kept.box(mailbox, 1003)]),
    ).toEqual([]);
    expect(await fetch()).toEqual({ outcome: 'missing' });
    for (const { wrong } of members) wrong.down = true;
    expect(await remove([hash])).toBe(false);
  });
});
