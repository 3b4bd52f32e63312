import { PrivateKey } from '@signalapp/libsignal-client';
import { type Bytes, concatBytes, equalBytes } from '@sotto/bytes';
import { type AccountId, accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';
import type { SealRefusal } from '@sotto/ratchet';
import { createParty, knownDevices, type Party } from '@sotto/ratchet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../src/certificate.ts';
import { libsignalEngine } from '../src/engine.ts';
import {
  type ForgedCertificate,
  type ForgedSeal,
  forgeCertificate,
  forgeSeal,
  honestCertificate,
} from '../src/testing/forge-seal.ts';

/** Seals that an honest client cannot make. Each must be refused for its own reason. */
describe('hostile seals', () => {
  const mallory = PrivateKey.generate();
  const other = PrivateKey.generate();
  let alice: Party;
  let bob: Party;

  beforeAll(async () => {
    alice = await createParty(libsignalEngine);
    bob = await createParty(libsignalEngine);
  });

  const reasonOf = async (sealed: Bytes): Promise<SealRefusal | 'unsealed'> => {
    const opened = await bob.ratchet().unseal(sealed);
    return opened.outcome === 'refused' ? opened.reason : opened.outcome;
  };
  const withCertificate = async (forged: Partial<ForgedCertificate>) =>
    reasonOf(
      await forgeSeal({
        key: forged.key ?? mallory,
        certificate: forgeCertificate({ key: mallory, ...forged }),
        to: bob.local.account,
      }),
    );
  const withContent = async (forged: Partial<ForgedSeal>) =>
    reasonOf(
      await forgeSeal({
        key: mallory,
        certificate: forgeCertificate({ key: mallory }),
        to: bob.local.account,
        ...forged,
      }),
    );

  it('the forger can also make an honest one, of the same fields as libsignal', async () => {
    expect(await withCertificate({})).toBe('unsealed');
    expect(await withContent({})).toBe('unsealed');
    const signatures = 2 * 64;
    const forged = forgeCertificate({ key: mallory });
    const honest = honestCertificate(mallory);
    expect(forged).toHaveLength(honest.length);
    let different = 0;
    for (const [index, byte] of forged.entries()) if (byte !== honest[index]) different++;
    expect(different).toBeLessThanOrEqual(signatures);
  });

  const certificates: [string, Partial<ForgedCertificate>, SealRefusal][] = [
    ['another trust root', { trustRoot: other }, 'not-self-issued'],
    ['another server key under the own root', { serverKey: other }, 'not-self-issued'],
    ['root and server of a relay', { trustRoot: other, serverKey: other }, 'not-self-issued'],
    ['another signer ID', { signerId: 2 }, 'not-self-issued'],
    ['a signer known to libsignal', { namedSigner: 3 }, 'not-self-issued'],
    ['a broken signature', { breakSignature: true }, 'not-self-issued'],
    ['an expiry in the past', { expires: 1 }, 'not-self-issued'],
    ['another expiry in the future', { expires: 253_402_300_799_998 }, 'not-self-issued'],
    ['a phone number', { e164: '+15550100' }, 'not-self-issued'],
    ['a UUID of nobody', { uuid: '9d0652a3-dcc3-4d11-975f-74d61598733f' }, 'aci-mismatch'],
    ['a UUID that is none', { uuid: 'alice' }, 'aci-mismatch'],
  ];
  it.each(certificates)('with %s', async (_name, forged, reason) => {
    expect(await withCertificate(forged)).toBe(reason);
  });

  it('with the UUID of somebody else', async () => {
    expect(await withCertificate({ uuid: formatAci(aciOf(alice.local.account)) })).toBe('aci-mismatch');
  });

  it('with a device ID that no device can have', () => {
    for (const device of [0, 128, 0xffff_ffff]) {
      const certificate = forgeCertificate({ key: mallory, device });
      expect(checkCertificate(certificate)).toEqual({ outcome: 'not-self-issued' });
    }
  });

  it('with anything in the certificate that the record does not publish', async () => {
    const mark = Uint8Array.of(0x7a, 4, 1, 2, 3, 4);
    const places: Partial<ForgedCertificate>[] = [
      { inside: mark },
      { outside: mark },
      { insideServer: mark },
      { outsideServer: mark },
      { inside: concatBytes(Uint8Array.of(0x7a, 0xe0, 0xd4, 0x03), new Uint8Array(60_000)) },
    ];
    for (const forged of places) {
      const certificate = forgeCertificate({ key: mallory, ...forged });
      expect(checkCertificate(certificate)).toEqual({ outcome: 'not-self-issued' });
    }
    expect(await withCertificate({ inside: mark })).toBe('not-self-issued');
  });

  it('with a certificate signed anew, which the record does not publish', async () => {
    const key = PrivateKey.deserialize(alice.local.identitySecret);
    const message = await alice.encrypt(bob, 'marked');
    const certificate = forgeCertificate({ key });
    const opened = await bob
      .ratchet()
      .unseal(await forgeSeal({ key, certificate, to: bob.local.account, type: 1, message: message.bytes }));
    if (opened.outcome !== 'unsealed') throw new Error(opened.reason);
    const request = { unsealed: opened.unsealed, knownDevices: knownDevices(alice) };
    expect(await bob.ratchet().decrypt(request)).toEqual({ outcome: 'unknown-device' });
  });

  it('with a stolen certificate: holding it proves nothing', async () => {
    expect(await withContent({ certificate: alice.local.certificate })).toBe('not-a-seal');
  });

  const contents: [string, Partial<ForgedSeal>, SealRefusal][] = [
    ['no group ID', { groupId: null }, 'bad-padding'],
    ['padding version 0', { groupId: Uint8Array.of(0, 1) }, 'bad-padding'],
    ['padding version 2', { groupId: Uint8Array.of(2, 1) }, 'bad-padding'],
    ['a mark in the middle of the padding', { dirtyAt: 700 }, 'bad-padding'],
    ['a mark right after the device', { dirtyAt: 2 }, 'bad-padding'],
    ['another device as destination', { groupId: Uint8Array.of(1, 2) }, 'other-destination'],
    ['device 0 as destination', { groupId: Uint8Array.of(1, 0) }, 'other-destination'],
    ['a size of its own', { size: 2_000 }, 'wrong-size'],
    ['a size one too large', { size: 2_561 }, 'wrong-size'],
    ['a sender-key message', { type: 7 }, 'not-a-seal'],
    ['a plaintext message', { type: 8 }, 'not-a-seal'],
  ];
  it.each(contents)('with %s', async (_name, forged, reason) => {
    expect(await withContent(forged)).toBe(reason);
  });

  it('with a mark in the last byte of the padding', async () => {
    const message = new Uint8Array(40);
    const certificate = forgeCertificate({ key: mallory });
    const padding = 2_560 - 94 - 2 - (3 + certificate.length) - (2 + message.length) - 3;
    expect(await withContent({ message, dirtyAt: padding - 1 })).toBe('bad-padding');
  });

  it('with a group ID of one byte', async () => {
    const certificate = forgeCertificate({ key: mallory });
    const message = new Uint8Array(2_560 - 94 - 2 - (3 + certificate.length) - 3 - 3);
    const sealed = await forgeSeal({
      key: mallory,
      certificate,
      to: bob.local.account,
      message,
      groupId: Uint8Array.of(1),
      size: 0,
    });
    expect(sealed).toHaveLength(2_560);
    expect(await reasonOf(sealed)).toBe('bad-padding');
  });

  it('in the forms for groups, which are not used yet', async () => {
    for (const version of [0x10, 0x22, 0x23]) {
      const sealed = await alice.send(bob, 'hello');
      sealed[0] = version;
      expect(await reasonOf(sealed)).toBe('not-a-seal');
    }
  });

  it('of the own device, with its own key', async () => {
    const key = PrivateKey.deserialize(bob.local.identitySecret);
    const sealed = await forgeSeal({ key, certificate: bob.local.certificate, to: bob.local.account });
    expect(await reasonOf(sealed)).toBe('own-device');
  });

  it('with a certificate of another device than the session’s', async () => {
    await bob.receive(await alice.send(bob, 'hello'), alice);
    await alice.receive(await bob.send(alice, 'hello'), bob);
    const key = PrivateKey.deserialize(alice.local.identitySecret);
    const message = await alice.encrypt(bob, 'from device 1');
    const certificate = forgeCertificate({ key, device: 2 });
    const sealed = await forgeSeal({ key, certificate, to: bob.local.account, message: message.bytes });
    const opened = await bob.ratchet().unseal(sealed);
    if (opened.outcome !== 'unsealed') throw new Error(opened.reason);
    expect(opened.unsealed.from.device).toBe(2);
    const { certificateSignature } = opened.unsealed;
    const { registrationId } = alice.local;
    const devices = [1, 2].map((id) => ({ id, registrationId, certificateSignature }));
    const decrypted = await bob.ratchet().decrypt({ unsealed: opened.unsealed, knownDevices: devices });
    expect(decrypted).toEqual({ outcome: 'no-session' });
  });

  it('tell the account by its key and by nothing else', async () => {
    const sealed = await forgeSeal({
      key: mallory,
      certificate: forgeCertificate({ key: mallory }),
      to: bob.local.account,
    });
    const opened = await bob.ratchet().unseal(sealed);
    if (opened.outcome !== 'unsealed') throw new Error(opened.reason);
    const account: AccountId = accountIdFromBytes(mallory.getPublicKey().serialize());
    expect(equalBytes(opened.unsealed.from.account, account)).toBe(true);
  });
});
