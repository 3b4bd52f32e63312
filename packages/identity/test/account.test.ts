import { BytesError, fromHex, toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountIdFromBytes,
  accountOfIdentityKey,
  aciOf,
  createDeviceKey,
  createSeed,
  deriveAccessKey,
  deriveAccount,
  deriveRelayRecoveryPassword,
  expandIdentity,
  formatAccountId,
  formatAci,
  IdentityError,
  parseAccountId,
  parseAci,
  seedFromBytes,
} from '../src/index.ts';
import { accountNamed } from './_account.ts';
import { type ComputedVectors, type PublishedVectors, readVectors } from './_vectors.ts';

const published = readVectors<PublishedVectors>('published.json');
const computed = readVectors<ComputedVectors>('computed.json');

describe('published account IDs', () => {
  it.each(published.accounts)('$account', ({ seed, identityKey, account }) => {
    expect(toHex(accountOfIdentityKey(fromHex(identityKey)) ?? new Uint8Array())).toBe(account);
    if (seed === undefined) return;
    const keys = deriveAccount(seedFromBytes(fromHex(seed)));
    expect(toHex(keys.identityKey)).toBe(identityKey);
    expect(formatAccountId(keys.account)).toBe(account);
  });
});

describe('accounts computed without this code', () => {
  it.each(computed.accounts)('$account', (vector) => {
    const seed = seedFromBytes(fromHex(vector.seed));
    const keys = deriveAccount(seed);
    expect(toHex(keys.identityKey)).toBe(vector.identityKey);
    expect(toHex(keys.identitySecret)).toBe(vector.identitySecret);
    expect(toHex(keys.ratchetSecret)).toBe(vector.ratchetSecret);
    expect(formatAccountId(keys.account)).toBe(vector.account);
    expect(formatAci(keys.aci)).toBe(vector.aci);
    expect(toHex(keys.recoveryKey)).toBe(vector.recoveryKey);
    expect(toHex(deriveRelayRecoveryPassword(seed, vector.relay))).toBe(vector.relayRecoveryPassword);
  });

  it.each(computed.accessKeys)('access key $accessKey', ({ profileKey, accessKey }) => {
    expect(toHex(deriveAccessKey(fromHex(profileKey)))).toBe(accessKey);
  });
});

describe('keys', () => {
  it('of a device without the seed are the same but for recovery', () => {
    const { recoveryKey, recoverySecret, ...identity } = accountNamed('alice');
    expect(expandIdentity(identity.identitySecret)).toEqual(identity);
    expect(recoveryKey).not.toEqual(identity.identityKey);
    expect(recoverySecret).toHaveLength(64);
  });

  it('that a device keeps are not the seed: neither words nor recovery key come from them', () => {
    const { identitySecret, ratchetSecret, recoveryKey } = accountNamed('alice');
    const seed = fromHex(computed.accounts[0]?.seed ?? '');
    expect(toHex(identitySecret)).not.toContain(toHex(seed));
    for (const part of [identitySecret.slice(0, 32), identitySecret.slice(32), ratchetSecret]) {
      expect(deriveAccount(seedFromBytes(part)).recoveryKey).not.toEqual(recoveryKey);
    }
  });

  it('come from the randomness given', () => {
    const random = (length: number) => new Uint8Array(length).fill(9);
    expect(createSeed(random)).toEqual(new Uint8Array(32).fill(9));
    expect(createDeviceKey(random).publicKey).toEqual(createDeviceKey(random).publicKey);
    expect(() => createSeed(() => new Uint8Array(31))).toThrow(BytesError);
  });

  it('of the wrong length are refused', () => {
    expect(() => expandIdentity(new Uint8Array(32))).toThrow(IdentityError);
    expect(() => expandIdentity(new Uint8Array(64))).toThrow(IdentityError);
    expect(() => deriveAccessKey(new Uint8Array(16))).toThrow(IdentityError);
  });
});

describe('account IDs and ACIs', () => {
  const { account } = accountNamed('alice');
  const text = formatAccountId(account);

  it('are read in either case and with space around', () => {
    expect(parseAccountId(` ${text.toUpperCase()}\n`)).toEqual(account);
    expect(parseAci(formatAci(aciOf(account)).toUpperCase())).toEqual(aciOf(account));
  });

  it.each([
    ['wrong-length', text.slice(0, 65)],
    ['wrong-length', `${text}00`],
    ['bad-character', `${text.slice(0, 65)}g`],
    ['wrong-prefix', `15${text.slice(2)}`],
  ])('say %s', (code, wrong) => {
    expect(() => parseAccountId(wrong)).toThrow(expect.objectContaining({ name: 'IdentityError', code }));
  });

  it('are a version 8 UUID at the relay', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const aci = aciOf(accountIdFromBytes(Uint8Array.of(5, ...key)));
        expect(formatAci(aci)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('fail with typed errors only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 40 }), (wrong, bytes) => {
        for (const parse of [
          () => parseAccountId(wrong),
          () => parseAci(wrong),
          () => accountIdFromBytes(bytes),
        ]) {
          try {
            parse();
          } catch (error) {
            expect(error instanceof IdentityError || error instanceof BytesError).toBe(true);
          }
        }
      }),
    );
  });
});
