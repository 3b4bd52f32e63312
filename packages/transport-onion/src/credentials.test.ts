import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCredentials, encodeCredentials, renewMailbox } from './credentials.ts';
import { OnionRoadError } from './errors.ts';
import { EARLIER_BOX_LIFETIME, MAX_EARLIER_BOXES } from './limits.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => new Uint8Array(each));
const credentials = fc.record({
  device: fc.integer({ min: 1, max: 127 }),
  identitySecret: bytes(64),
  mailboxSeed: bytes(32),
  earlier: fc.array(fc.record({ seed: bytes(32), until: fc.nat() }), { maxLength: MAX_EARLIER_BOXES }),
});

describe('credentials', () => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(credentials, (some) => {
        expect(decodeCredentials(encodeCredentials(some))).toEqual(some);
      }),
      { numRuns: 40 },
    );
  });

  it('throw nothing but OnionRoadError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), credentials, fc.nat(), (garbage, some, cut) => {
        const encoded = encodeCredentials(some);
        for (const wrong of [new Uint8Array(garbage), encoded.slice(0, cut % encoded.length)]) {
          expect(() => decodeCredentials(wrong)).toThrow(OnionRoadError);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep the mailboxes before for a month, the newest of them first, and not more than the bound', () => {
    const random = (length: number) => new Uint8Array(length).fill(++filled);
    let filled = 0;
    let own = decodeCredentials(
      encodeCredentials({
        device: 1,
        identitySecret: random(64),
        mailboxSeed: random(32),
        earlier: [],
      }),
    );
    const first = own.mailboxSeed;
    own = renewMailbox(own, 1_000, random);
    expect(own.earlier).toEqual([{ seed: first, until: 1_000 + EARLIER_BOX_LIFETIME }]);
    for (let round = 0; round < 40; round++) own = renewMailbox(own, 2_000, random);
    expect(own.earlier).toHaveLength(MAX_EARLIER_BOXES);
    expect(own.earlier[0]?.seed[0]).toBe((own.mailboxSeed[0] ?? 0) - 1);
    expect(renewMailbox(own, 3_000 + EARLIER_BOX_LIFETIME, random).earlier).toHaveLength(1);
  });
});
