import { ed25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import { encodeSignedList, newList, type SignedList, signList, withNodes } from '@sotto/directory';
import { formatNetwork } from '@sotto/identity';
import { createOnionRoad } from '@sotto/transport-onion';
import { describe, expect, it } from 'vitest';
import { nameDirectory } from './directories.ts';
import { newerList } from './newer-list.ts';
import { systemClock, systemRandom } from './system.ts';

const pair = (fill: number) => ed25519KeyPair(new Uint8Array(32).fill(fill));

function listOf(signer: number): SignedList {
  const list = newList({
    signers: [pair(signer).publicKey],
    threshold: 1,
    subnets: 'ignore',
    now: 1_800_000_000_000,
    nodes: Array.from({ length: 5 }, (_, index) => ({
      ip: `127.9.${index + 1}.1`,
      httpsPort: 22021,
      omqPort: 0,
      ed25519: pair(10 + index).publicKey,
      x25519: x25519KeyPair(new Uint8Array(32).fill(10 + index)).publicKey,
      swarm: 0n,
    })),
  });
  return signList(list, pair(signer).secretKey);
}

const first = listOf(1);
const newer = signList(withNodes(first, first.list.nodes.slice(1), 1_800_000_100_000), pair(1).secretKey);
const textOf = (list: SignedList) => formatNetwork({ directory: encodeSignedList(list) });

/** A road that dials nobody, as where nobody answers. */
function makeRoad(list = first) {
  return createOnionRoad({
    directory: encodeSignedList(list),
    post: async () => ({ outcome: 'unreachable', reason: 'no-connection' }),
    clock: systemClock,
    random: systemRandom,
    memory: { load: async () => undefined, save: async () => undefined },
  });
}

describe('a network text for an account that there is', () => {
  it('is gone by when its list is newer, and is no news the second time', async () => {
    const road = makeRoad();
    const adopted = {
      directory: nameDirectory(first),
      sequence: newer.list.sequence,
      issued_at: newer.list.issuedAt,
      storage_nodes: 4,
    };
    expect(await newerList(textOf(newer), road)).toEqual({ ...adopted, changed: true });
    expect(await newerList(textOf(newer), road)).toEqual({ ...adopted, changed: false });
    await road.close();
  });

  it('is refused in words when it is older, of another network, or holds no list', async () => {
    const road = makeRoad(newer);
    const relay = { url: 'https://relay.example', key: new Uint8Array(32) };
    const unsigned = withNodes(newer, first.list.nodes, 1_800_000_200_000);
    for (const [text, words] of [
      [textOf(first), 'older'],
      [textOf(listOf(2)), 'of another network, or its keepers have changed'],
      [textOf(unsigned), 'not signed by 1 of its 1 signers'],
      [formatNetwork({ relay }), 'no list'],
      ['sotto-network:1:e30:00000000', ''],
    ] as const) {
      await expect(newerList(text, road)).rejects.toMatchObject({
        code: 'bad-network',
        message: expect.stringContaining(words),
        hint: expect.any(String),
      });
    }
    await expect(newerList(textOf(newer), undefined)).rejects.toMatchObject({
      message: expect.stringContaining('uses no storage nodes'),
    });
    await road.close();
  });
});
