import { type Bytes, toHex } from '@sotto/bytes';
import { ed25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import { encodeSignedList, newList, type SignedList, signList } from '@sotto/directory';
import { formatNetwork, parseRelayUrl } from '@sotto/identity';
import { expect, it } from 'vitest';
import { accountCommands } from './commands/account.ts';
import { relayValue, summarizeNetwork } from './network-values.ts';
import type { Owned } from './owned.ts';

const KEY = 'A'.repeat(43);
const pair = (fill: number) => ed25519KeyPair(new Uint8Array(32).fill(fill));
const x25519 = (fill: number): Bytes => x25519KeyPair(new Uint8Array(32).fill(fill)).publicKey;

/** Six storage nodes in two swarms, whose list two of two signers must sign; `by` did. */
function textSignedBy(by: readonly number[]): string {
  const list: SignedList = newList({
    signers: [pair(1).publicKey, pair(2).publicKey],
    threshold: 2,
    subnets: 'ignore',
    now: 1_800_000_000_000,
    nodes: Array.from({ length: 6 }, (_, index) => ({
      ip: `127.9.${index + 1}.1`,
      httpsPort: 22021,
      omqPort: 0,
      ed25519: pair(10 + index).publicKey,
      x25519: x25519(10 + index),
      swarm: BigInt(index % 2),
    })),
  });
  const signed = by.reduce((before, signer) => signList(before, pair(signer).secretKey), list);
  const relay = parseRelayUrl(`https://relay.example:8443#key=${KEY}`);
  return formatNetwork({ relay, directory: encodeSignedList(signed) });
}

it('a network text is told in short, and a relay with its key', () => {
  expect(summarizeNetwork(`  ${textSignedBy([1, 2])}\n`)).toEqual({
    relay: { url: 'https://relay.example:8443', host: 'relay.example:8443' },
    directory: {
      name: expect.stringMatching(/^[\w-]{43}$/),
      ...{ sequence: 1, issued_at: 1_800_000_000_000, nodes: 6, swarms: 2, signers: 2, threshold: 2 },
    },
  });
  expect(relayValue(parseRelayUrl(`https://relay.example#key=${KEY}`))).toEqual({
    ...{ url: 'https://relay.example', host: 'relay.example', key: KEY },
  });
  expect(relayValue(parseRelayUrl('https://relay.example')).key).toBeNull();
});

it.each([
  ['signed by too few', () => textSignedBy([1])],
  ['signed by nobody', () => textSignedBy([])],
  ['a file', () => '/etc/hostname'],
  ['nothing of ours', () => toHex(new Uint8Array(32))],
])('a text that is %s is refused, and no account is made with it', async (_what, text) => {
  expect(() => summarizeNetwork(text())).toThrow(expect.objectContaining({ code: 'bad-network' }));
  // Nobody is asked: the client is not there.
  const { 'account.create': create } = accountCommands({ network: undefined } as unknown as Owned);
  const caller = { signal: AbortSignal.abort(), emit: () => undefined, onEnd: () => undefined };
  await expect(create({ name: 'Alice', network: text() }, caller)).rejects.toMatchObject({
    code: 'bad-network',
  });
});
