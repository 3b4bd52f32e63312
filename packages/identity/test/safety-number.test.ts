import { fromHex, toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountIdFromBytes, checkSafetyQr, safetyNumber } from '../src/index.ts';
import { accountNamed } from './_account.ts';
import { type ComputedVectors, readVectors } from './_vectors.ts';

const computed = readVectors<ComputedVectors>('computed.json');
const alice = accountNamed('alice').account;
const bob = accountNamed('bob').account;
const carol = accountNamed('carol').account;

describe('safety numbers computed by libsignal', () => {
  it.each(computed.safetyNumbers)('$digits', ({ local, remote, digits, qr }) => {
    const made = safetyNumber(accountIdFromBytes(fromHex(local)), accountIdFromBytes(fromHex(remote)));
    expect(made.digits).toBe(digits);
    expect(toHex(made.qr)).toBe(qr);
  });
});

describe('safety number', () => {
  const ours = safetyNumber(alice, bob);
  const theirs = safetyNumber(bob, alice);

  it('is the same text on both screens, in twelve groups of five', () => {
    expect(ours.digits).toBe(theirs.digits);
    expect(ours.groups).toHaveLength(12);
    expect(ours.groups.join('')).toBe(ours.digits);
    expect(ours.digits).toMatch(/^[0-9]{60}$/);
  });

  it('matches when scanned from the other screen, and only then', () => {
    expect(checkSafetyQr(theirs.qr, alice, bob)).toBe('match');
    expect(checkSafetyQr(ours.qr, bob, alice)).toBe('match');
    expect(checkSafetyQr(ours.qr, alice, bob)).toBe('mismatch');
    expect(checkSafetyQr(safetyNumber(carol, alice).qr, alice, bob)).toBe('mismatch');
    expect(checkSafetyQr(safetyNumber(bob, carol).qr, alice, bob)).toBe('mismatch');
  });

  it('says when a code is of another version or none at all', () => {
    const other = theirs.qr.slice();
    other[1] = 3;
    expect(checkSafetyQr(other, alice, bob)).toBe('other-version');
    expect(checkSafetyQr(new Uint8Array(), alice, bob)).toBe('malformed');
    expect(checkSafetyQr(theirs.qr.subarray(0, 2), alice, bob)).toBe('malformed');
    expect(checkSafetyQr(theirs.qr.subarray(0, 60), alice, bob)).toBe('malformed');
  });

  it('never matches other bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 74 * 8 - 1 }), (bit) => {
        const altered = theirs.qr.slice();
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(checkSafetyQr(altered, alice, bob)).not.toBe('match');
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(checkSafetyQr(bytes, alice, bob)).not.toBe('match');
      }),
      { numRuns: 100 },
    );
  });
});
