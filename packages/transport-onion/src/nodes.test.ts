import type { Bytes } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair } from '@sotto/crypto';
import { type DirectoryNode, encodeSignedList, newList, type SignedList, signList } from '@sotto/directory';
import { createFakeClock, createSeededRandom } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { OnionRoadError } from './errors.ts';
import { Nodes, readFirstList } from './nodes.ts';

const signer = (number: number) => ed25519KeyPair(new Uint8Array(32).fill(number));
const [anna, ben, eve] = [signer(1), signer(2), signer(3)];

const nodes: DirectoryNode[] = [1, 2, 3, 4].map((number) => ({
  ip: `127.9.${number}.1`,
  httpsPort: 22021,
  omqPort: 0,
  ed25519: signer(100 + number).publicKey,
  x25519: new Uint8Array(32).fill(number),
  swarm: 0n,
}));

function makeList(sequence: number, by: Ed25519KeyPair, signers: readonly Ed25519KeyPair[]): SignedList {
  const { list } = newList({ signers: [by.publicKey], threshold: 1, subnets: 'ignore', now: 1, nodes });
  return signers.reduce((signed, { secretKey }) => signList(signed, secretKey), {
    list: { ...list, sequence },
    signatures: [],
  } as SignedList);
}

function makeMemory() {
  const saved: Bytes[] = [];
  return {
    saved,
    load: async () => saved.at(-1),
    save: async (bytes: Bytes) => {
      saved.push(bytes);
    },
  };
}

const open = (first: SignedList, memory: ReturnType<typeof makeMemory>) =>
  Nodes.open({ first, memory, clock: createFakeClock(), random: createSeededRandom(1).bytes });

const first = makeList(1, anna, [anna]);
const handedOver = makeList(2, ben, [anna, ben]);
const later = makeList(3, ben, [ben]);

describe('the list that a road goes by', () => {
  it('follows its signers, also when they hand over to others, and is the same in the next run', async () => {
    const memory = makeMemory();
    const known = await open(first, memory);
    expect(known.adopt(encodeSignedList(later))).toBe('unproven');
    expect(known.adopt(encodeSignedList(handedOver))).toBe('adopted');
    expect(known.adopt(encodeSignedList(first))).toBe('unproven');
    expect(known.adopt(encodeSignedList(later))).toBe('adopted');
    expect(known.adopt(encodeSignedList(later))).toBe('same');
    await known.remember();
    expect((await open(first, memory)).list.sequence).toBe(3);
  });

  it('is not one that another network left behind', async () => {
    const memory = makeMemory();
    const other = await open(makeList(9, eve, [eve]), memory);
    other.keeper.path('ask');
    await other.remember();
    const again = await open(first, memory);
    expect(again.list.sequence).toBe(1);
  });

  it('is the one of the network text when that is newer, or nothing readable was remembered', async () => {
    const memory = makeMemory();
    const known = await open(first, memory);
    known.keeper.path('ask');
    await known.remember();
    expect((await open(handedOver, memory)).list.sequence).toBe(2);
    memory.saved.push(new Uint8Array(9));
    expect((await open(first, memory)).list.sequence).toBe(1);
  });

  it('is written once for every change, and again when writing failed', async () => {
    const memory = makeMemory();
    const known = await open(first, memory);
    known.keeper.path('ask');
    await Promise.all([known.remember(), known.remember(), known.remember()]);
    await known.remember();
    expect(memory.saved).toHaveLength(1);
    const { save } = memory;
    memory.save = async () => Promise.reject(new Error('disk full'));
    known.adopt(encodeSignedList(handedOver));
    await expect(known.remember()).rejects.toThrow('disk full');
    memory.save = save;
    await known.remember();
    expect(memory.saved).toHaveLength(2);
  });

  it('must be signed by its own signers at first contact', () => {
    expect(readFirstList(encodeSignedList(first))).toEqual(first);
    expect(() => readFirstList(encodeSignedList(makeList(1, anna, [eve])))).toThrow(OnionRoadError);
    expect(() => readFirstList(new Uint8Array(5))).toThrow(OnionRoadError);
  });
});
