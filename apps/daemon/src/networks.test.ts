import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64Url } from '@sotto/bytes';
import { formatInvite, parseRelayUrl } from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportNetwork, relayOfNetwork, resolveNetwork } from './networks.ts';

const RELAY = `https://relay.example:8443#key=${'A'.repeat(43)}`;
const INVITE = formatInvite({ relay: parseRelayUrl(RELAY), ticket: new Uint8Array(32).fill(7) });

describe('where a new account goes', () => {
  it('is the same by relay URL, by network text, by a file of it, and by invite', async () => {
    const { network } = exportNetwork(RELAY);
    const dir = await mkdtemp(join(tmpdir(), 'sotto-network-'));
    try {
      const file = join(dir, 'friends.txt');
      await writeFile(file, `${network.slice(0, 30)}\n${network.slice(30)}\n`);
      for (const choice of [{ relay: RELAY }, { network }, { network: file }, { invite: INVITE }]) {
        expect((await resolveNetwork(choice)).network).toBe(network);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
    expect(relayOfNetwork(network)).toBe(RELAY);
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
      fc.asyncProperty(fc.constantFrom('network', 'relay', 'invite'), text, async (kind, value) => {
        const error = await resolveNetwork({ [kind]: value }).catch((thrown: unknown) => thrown);
        if (error instanceof Error) {
          expect(error).toBeInstanceOf(LocalApiError);
          expect(error).toMatchObject({ code: 'bad-network', hint: expect.stringContaining('--relay') });
        }
      }),
      { numRuns: 150 },
    );
  });
});
