import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, fromBase64Url } from '@sotto/bytes';
import { ed25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import { formatListFile, newList, type SignedList, signList } from '@sotto/directory';
import { formatInvite, parseRelayUrl } from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportNetwork, placesOfNetwork, resolveNetwork } from './networks.ts';

const RELAY = `https://relay.example:8443#key=${'A'.repeat(43)}`;
const INVITE = formatInvite({ relay: parseRelayUrl(RELAY), ticket: new Uint8Array(32).fill(7) });

const pair = (fill: number) => ed25519KeyPair(new Uint8Array(32).fill(fill));
const x25519 = (fill: number): Bytes => x25519KeyPair(new Uint8Array(32).fill(fill)).publicKey;

/** A list of storage nodes that two of two signers must have signed; `by` did. */
function listSignedBy(by: readonly number[], nodes = 4): SignedList {
  const list = newList({
    signers: [pair(1).publicKey, pair(2).publicKey],
    threshold: 2,
    subnets: 'ignore',
    now: 1_800_000_000_000,
    nodes: Array.from({ length: nodes }, (_, index) => ({
      ip: `127.9.${index + 1}.1`,
      httpsPort: 22021,
      omqPort: 0,
      ed25519: pair(10 + index).publicKey,
      x25519: x25519(10 + index),
      swarm: 0n,
    })),
  });
  return by.reduce((signed, signer) => signList(signed, pair(signer).secretKey), list);
}

describe('where a new account goes', () => {
  let dir: string;
  let directory: string;

  /** A file in the test's folder. */
  async function file(name: string, text: string): Promise<string> {
    const path = join(dir, name);
    await writeFile(path, text);
    return path;
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sotto-network-'));
    directory = await file('nodes.json', formatListFile(listSignedBy([1, 2])));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is the same by relay URL, by network text, by a file of it, and by invite', async () => {
    const { network } = await exportNetwork({ relay: RELAY });
    const friends = await file('friends.txt', `${network.slice(0, 30)}\n${network.slice(30)}\n`);
    for (const choice of [{ relay: RELAY }, { network }, { network: friends }, { invite: INVITE }]) {
      expect((await resolveNetwork(choice)).network).toBe(network);
    }
    expect(placesOfNetwork(network)).toEqual({ relay: RELAY, directory: null });
  });

  it('has both roads by relay and directory, by a text of them, and by an invite beside a directory', async () => {
    const { network, ...places } = await exportNetwork({ relay: RELAY, directory });
    expect(places).toEqual({ relay: RELAY, directory: expect.stringMatching(/^[\w-]{43}$/) });
    const nodesOnly = (await exportNetwork({ directory })).network;
    for (const choice of [
      { relay: RELAY, directory },
      { network },
      { invite: INVITE, directory },
      { invite: INVITE, network: nodesOnly },
    ]) {
      expect((await resolveNetwork(choice)).network).toBe(network);
    }
    expect(placesOfNetwork(nodesOnly)).toEqual({ ...places, relay: null });
  });

  it('names a directory the same after a change of its nodes, and not after one of its signers', async () => {
    const named = async (list: SignedList) =>
      (await exportNetwork({ directory: await file('other.json', formatListFile(list)) })).directory;
    const first = (await exportNetwork({ directory })).directory;
    expect(await named(listSignedBy([1, 2], 5))).toBe(first);
    const alone = newList({ ...listSignedBy([]).list, signers: [pair(1).publicKey], threshold: 1, now: 1 });
    expect(await named(signList(alone, pair(1).secretKey))).not.toBe(first);
  });

  it('is no relay for an account that is onion-only, whatever is named', async () => {
    const { network: both } = await exportNetwork({ relay: RELAY, directory });
    const { network: nodesOnly } = await exportNetwork({ directory });
    for (const choice of [
      { network: both },
      { network: nodesOnly },
      { directory },
      { directory, relay: RELAY },
    ]) {
      expect(await resolveNetwork({ ...choice, onionOnly: true })).toEqual({ network: nodesOnly });
    }
    const { network } = await exportNetwork({ relay: RELAY });
    for (const choice of [{ network }, { relay: RELAY }, { invite: INVITE }, {}]) {
      await expect(resolveNetwork({ ...choice, onionOnly: true })).rejects.toMatchObject({
        code: 'bad-network',
        hint: expect.stringContaining('--directory'),
      });
    }
  });

  it.each([
    ['signed by too few', () => formatListFile(listSignedBy([1]))],
    ['signed by somebody else', () => formatListFile(listSignedBy([1, 3]))],
    ['changed after it was signed', () => formatListFile(listSignedBy([1, 2])).replace('22021', '22022')],
    ['without nodes', () => formatListFile(listSignedBy([1, 2], 0))],
    ['not JSON', () => 'nodes'],
    ['of another kind', () => '{"relay":"x"}'],
  ])('refuses a directory that is %s', async (_what, text) => {
    const refused = resolveNetwork({ directory: await file('refused.json', text()) });
    await expect(refused).rejects.toMatchObject({
      code: 'bad-network',
      message: expect.stringContaining('directory'),
    });
  });

  it('wants a path and its destination where there is nothing but the onion road', async () => {
    const few = await file('few.json', formatListFile(listSignedBy([1, 2], 3)));
    const { network } = await exportNetwork({ directory: few });
    for (const choice of [
      { network },
      { directory: few },
      { directory: few, relay: RELAY, onionOnly: true },
    ]) {
      await expect(resolveNetwork(choice)).rejects.toMatchObject({
        code: 'bad-network',
        message: expect.stringContaining('3 storage nodes'),
      });
    }
    expect((await resolveNetwork({ directory: few, relay: RELAY })).network).toMatch(/^sotto-network/);
  });

  it('refuses a directory that is not there', async () => {
    const refused = resolveNetwork({ directory: join(dir, 'none.json') });
    await expect(refused).rejects.toMatchObject({ code: 'bad-network' });
  });

  it('takes the ticket out of an invite', async () => {
    const { ticket } = await resolveNetwork({ invite: INVITE, relay: RELAY });
    expect(fromBase64Url(ticket ?? '')).toEqual(new Uint8Array(32).fill(7));
  });

  it('refuses an invite for another relay than the one given', async () => {
    const other = resolveNetwork({ invite: INVITE, relay: 'https://other.example' });
    await expect(other).rejects.toMatchObject({ code: 'bad-network' });
  });

  it('gets one typed error from anything malformed', async () => {
    const cut = fc.nat(INVITE.length - 1).map((length) => INVITE.slice(0, length));
    const text = fc.oneof(fc.string(), cut, fc.constant('sotto-network:1:e30:00000000'));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('network', 'relay', 'invite', 'directory'),
        text,
        async (kind, value) => {
          const error = await resolveNetwork({ [kind]: value }).catch((thrown: unknown) => thrown);
          if (error instanceof Error) {
            expect(error).toBeInstanceOf(LocalApiError);
            expect(error).toMatchObject({ code: 'bad-network', hint: expect.any(String) });
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
