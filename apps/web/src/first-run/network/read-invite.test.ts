import { describe, expect, it } from 'vitest';
import { networkOfRelay } from './network-of-relay.ts';
import { isSameRelay, looksLikeInvite, readInvite } from './read-invite.ts';

/** As `@sotto/identity` writes them: a relay with a key of zeros, and the ticket 00 01 … 1f. */
const RELAY = `https://relay.example:8443#key=${'A'.repeat(43)}`;
const TICKET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const INVITE = `sotto://invite?relay=https%3A%2F%2Frelay.example%3A8443%23key%3D${'A'.repeat(43)}&ticket=${TICKET}&c=21955eea`;

describe('an invite', () => {
  it('is read, with white space around it', async () => {
    expect(await readInvite(` ${INVITE}\n`)).toEqual({ relay: RELAY, ticket: TICKET });
    expect(looksLikeInvite(` ${INVITE}`)).toBe(true);
  });

  it.each([
    ['cut at its end', INVITE.slice(0, -1)],
    ['with another ticket', INVITE.replace('AAEC', 'AAED')],
    ['without a ticket', INVITE.replace(/ticket=[^&]*&/, '')],
    ['without a checksum', INVITE.replace(/&c=.*/, '')],
    ['for something else', INVITE.replace('invite', 'contact')],
    ['too long', `${INVITE}&x=${'x'.repeat(2048)}`],
    ['empty', ''],
  ])('%s is none', async (_how, text) => {
    expect(await readInvite(text)).toBeUndefined();
  });

  it('becomes the network text that the owner of the profile reads', async () => {
    expect(await networkOfRelay(RELAY)).toBe(
      'sotto-network:1:eyJyZWxheSI6Imh0dHBzOi8vcmVsYXkuZXhhbXBsZTo4NDQzI2tleT1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIn0:2e71cc7f',
    );
  });

  it('belongs to a relay by its address, whichever of both names the key', () => {
    expect(isSameRelay(RELAY, 'https://relay.example:8443')).toBe(true);
    expect(isSameRelay(RELAY, 'https://relay.example')).toBe(false);
  });
});
