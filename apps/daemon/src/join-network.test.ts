import { asBytes, type Bytes, toBase64, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, sha256 } from '@sotto/crypto';
import { encodeSignedList, newList, type SignedList, signList, withNodes } from '@sotto/directory';
import { deriveAccount, formatJoinLink, type JoinLink, parseNetwork, seedFromBytes } from '@sotto/identity';
import type { PostToGuard } from '@sotto/transport-onion';
import { describe, expect, it } from 'vitest';
import { readDirectory, signersOf } from './directories.ts';
import { joinLink } from './join-link.ts';
import { isJoinLink, joinNetwork } from './join-network.ts';

const key = (fill: number) => ed25519KeyPair(new Uint8Array(32).fill(fill));
const NOW = 1_800_000_000_000;
const { account } = deriveAccount(seedFromBytes(new Uint8Array(32).fill(1)));

function listOf(signer: number, count = 5): SignedList {
  const nodes = Array.from({ length: count }, (_, index) => ({
    ip: `127.0.${index}.1`,
    httpsPort: 22021,
    omqPort: 0,
    ed25519: key(50 + index).publicKey,
    x25519: asBytes(new Uint8Array(32).fill(9 + index)),
    swarm: 0n,
  }));
  const { publicKey, secretKey } = key(signer);
  return signList(
    newList({ signers: [publicKey], threshold: 1, subnets: 'ignore', now: NOW, nodes }),
    secretKey,
  );
}

const first = listOf(1);
const newer = signList(withNodes(first, [...first.list.nodes].slice(0, 4), NOW + 5), key(1).secretKey);
const base: JoinLink = {
  account,
  directory: sha256(signersOf(first)),
  threshold: 1,
  nodes: [
    { ip: '127.0.0.1', port: 1 },
    { ip: '127.0.0.2', port: 2 },
  ],
};

/** Nodes that show these lists, in the order of their ports; one without a list does not answer. */
function showing(...lists: (Bytes | undefined)[]): PostToGuard {
  return async ({ port }) => {
    const list = lists[port - 1];
    if (list === undefined) return { outcome: 'unreachable', reason: 'no-connection' };
    return { outcome: 'answered', status: 200, body: utf8(JSON.stringify({ list: toBase64(list) })) };
  };
}

const join = (post: PostToGuard, change: Partial<JoinLink> = {}) =>
  joinNetwork(formatJoinLink({ ...base, ...change }), post);

describe('joining by a link', () => {
  it('takes the newest list that the signers named in it have signed', async () => {
    const text = await join(showing(encodeSignedList(first), encodeSignedList(newer)));
    const { directory, relay } = parseNetwork(text);
    expect(relay).toBeUndefined();
    expect(readDirectory(directory as Bytes).list.sequence).toBe(newer.list.sequence);
  });

  it('believes nobody else: another network, garbage, or too few signers', async () => {
    const foreign = encodeSignedList(listOf(2));
    const found = await join(showing(foreign, encodeSignedList(first)));
    expect(readDirectory(parseNetwork(found).directory as Bytes).list.signers).toEqual(first.list.signers);
    for (const post of [showing(foreign, foreign), showing(utf8('garbage'), asBytes(new Uint8Array(9)))]) {
      await expect(join(post)).rejects.toMatchObject({ code: 'bad-network' });
    }
    await expect(join(showing(encodeSignedList(first)), { threshold: 2 })).rejects.toMatchObject({
      code: 'bad-network',
    });
  });

  it('says when nobody answers, and dials nothing beside this machine', async () => {
    await expect(join(showing())).rejects.toMatchObject({ code: 'unreachable' });
    const never: PostToGuard = () => Promise.reject(new Error('dialled'));
    for (const ip of ['192.168.1.1', '10.0.0.1', '93.184.216.34']) {
      const nodes = [
        { ip: '127.0.0.1', port: 1 },
        { ip, port: 80 },
      ];
      await expect(join(never, { nodes })).rejects.toMatchObject({ code: 'bad-network' });
    }
    await expect(joinNetwork('sotto://join?i=5', never)).rejects.toMatchObject({ code: 'bad-network' });
    expect([isJoinLink(' SOTTO://join?a'), isJoinLink('sotto://joint')]).toEqual([true, false]);
  });

  it('is made of other nodes each time, and of no guard', () => {
    const own = { account: `05${'0'.repeat(64)}`, name: 'Ann' } as Parameters<typeof joinLink>[0];
    const texts = Array.from({ length: 20 }, () =>
      joinLink({ ...own, account: Buffer.from(account).toString('hex') }, first, ['127.0.3.1']),
    );
    expect(new Set(texts).size).toBeGreaterThan(1);
    expect(texts.filter((text) => text.includes('127.0.3.1'))).toEqual([]);
  });
});
