import { toBase64 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import {
  parseBatchReply,
  parseDirectoryReply,
  parseExpiriesReply,
  parseInfoReply,
  parseRetrieveReply,
  parseSwarmReply,
} from './replies.ts';
import { parseDeleteReply, parseExpireReply, parseStoreReply } from './swarm-replies.ts';

/** Replies in the form that nodes of the original network give them (reference: session-protocol §3.2, §3.6, §3.9). */
const t = 1_754_000_000_000;
const hf = [19, 4];
const h = 'A'.repeat(43);
const signature = toBase64(new Uint8Array(64).fill(7));
const signatureBytes = new Uint8Array(64).fill(7);
const [a, b, c] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string, string];
const key = (byte: number) => new Uint8Array(32).fill(byte);

describe('a reply of a whole swarm', () => {
  it('tells who has stored and who has not', () => {
    const reply = parseStoreReply({
      hash: h,
      swarm: {
        [a]: { hash: h, signature, already: true, expiry: t, t },
        // What came through bencoding has numbers for booleans.
        [b]: { hash: h, signature, already: 1 },
        [c]: { failed: true, timeout: true },
      },
      t,
      hf,
    });
    const stored = { outcome: 'stored', hash: h, signature: signatureBytes, already: true };
    expect(reply).toEqual({
      t,
      hash: h,
      members: [
        { ...stored, node: key(0xaa) },
        { ...stored, node: key(0xbb) },
        { outcome: 'failed', node: key(0xcc), reason: 'timeout' },
      ],
    });
  });

  it('is not spoilt by one member', () => {
    const { members, ...rest } = parseStoreReply({
      swarm: {
        [a]: { hash: h, signature: 'short' },
        [b]: 5,
        [c]: { failed: 1, code: '503', reason: 'no' },
        nobody: { hash: h, signature },
      },
      t,
    });
    expect(rest).toEqual({ t });
    expect(members).toEqual([
      { outcome: 'failed', node: key(0xaa), reason: 'unreadable' },
      { outcome: 'failed', node: key(0xbb), reason: 'unreadable' },
      { outcome: 'failed', node: key(0xcc), reason: 'refused', code: 503 },
    ]);
  });

  it('tells what was deleted and what expires when', () => {
    const [node, swarm] = [key(0xaa), (entry: object) => ({ swarm: { [a]: { signature, ...entry } }, t })];
    expect(parseDeleteReply(swarm({ deleted: [h] })).members).toEqual([
      { outcome: 'deleted', node, hashes: [h], signature: signatureBytes },
    ]);
    const common = { outcome: 'updated', node, hashes: [h], signature: signatureBytes };
    expect(parseExpireReply(swarm({ updated: [h], expiry: t })).members).toEqual([
      { ...common, expiries: [t], unchanged: [] },
    ]);
    expect(parseExpireReply(swarm({ updated: [h], expiry: [t], unchanged: { b: 5, a: 4 } })).members).toEqual(
      [
        {
          ...common,
          expiries: [t],
          unchanged: [
            ['b', 5],
            ['a', 4],
          ],
        },
      ],
    );
  });
});

describe('a reply of one node', () => {
  const node = {
    address: 'y.snode',
    pubkey_legacy: c,
    pubkey_x25519: b,
    pubkey_ed25519: a.toUpperCase(),
    port: '22021',
    port_https: 22021,
    port_omq: 22020,
    port_quic: 22020,
    ip: '10.0.0.255',
  };

  it('holds messages, empty ones as some nodes write them', () => {
    const message = { hash: h, timestamp: t, expiration: t + 1 };
    const messages = [
      { ...message, data: 'AAA=' },
      { ...message, data: '=' },
      { ...message, data: '' },
    ];
    expect(parseRetrieveReply({ messages, more: true, t, hf })).toEqual({
      messages: [
        { ...message, data: new Uint8Array(2) },
        { ...message, data: new Uint8Array(0) },
        { ...message, data: new Uint8Array(0) },
      ],
      more: true,
      t,
    });
  });

  it('holds a swarm, whose number is beyond the doubles', () => {
    expect(parseSwarmReply({ snodes: [node], swarm: 'fffffffffffffffe', t, hf })).toEqual({
      swarm: 0xffff_ffff_ffff_fffen,
      nodes: [{ ip: '10.0.0.255', httpsPort: 22021, omqPort: 22020, ed25519: key(0xaa), x25519: key(0xbb) }],
      t,
    });
    expect(parseSwarmReply({ snodes: [], swarm: '0' })).toEqual({ swarm: 0n, nodes: [] });
  });

  it.each([
    ['an address that is none', { ...node, ip: '10.0.0.256' }],
    ['a name for an address', { ...node, ip: 'example.org' }],
    ['a port that is none', { ...node, port_https: 65_536 }],
    ['half a key', { ...node, pubkey_x25519: 'ab' }],
    ['letters for a key', { ...node, pubkey_x25519: 'xy'.repeat(32) }],
  ])('holds no %s', (_name, wrong) => {
    expect(() => parseSwarmReply({ snodes: [wrong], swarm: '0' })).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'bad-body' }),
    );
  });

  it('holds whatever else a method answers', () => {
    expect(
      parseBatchReply({
        results: [
          { code: 200, body: { t } },
          { code: 421, body: 'x' },
        ],
      }),
    ).toEqual({
      results: [
        { code: 200, body: { t } },
        { code: 421, body: 'x' },
      ],
    });
    expect(parseInfoReply({ version: [2, 8, 0], timestamp: t, t, hf })).toEqual({
      version: [2, 8, 0],
      timestamp: t,
      t,
    });
    expect(parseExpiriesReply({ expiries: { [h]: t } })).toEqual(new Map([[h, t]]));
    expect(parseDirectoryReply({ list: 'AAAA', t, hf })).toEqual({ list: new Uint8Array(3), t });
  });
});
