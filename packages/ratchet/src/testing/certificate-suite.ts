import { randomBytes } from '@sotto/crypto';
import type { AccountRecord } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import type { RatchetEngine } from '../port.ts';
import { createParty, type Party } from './party.ts';

/** The self-issued certificate and what everybody can derive from a record. */
export function certificateSuite(makeEngine: () => RatchetEngine): void {
  describe('certificates', () => {
    it('follow byte for byte from the record', async () => {
      const engine = makeEngine();
      for (const device of [1, 2, 127]) {
        const party = await createParty(engine, { device });
        const issued = engine.issueCertificate(party.local);
        const record = recordOf(party, issued.serverCertificate, issued.signature);
        expect(engine.certificateFromRecord(record, device)).toEqual(issued.certificate);
      }
    });

    it('cannot be derived for a device that the record does not list', async () => {
      const engine = makeEngine();
      const party = await createParty(engine);
      const record = recordOf(party, new Uint8Array(0), new Uint8Array(0));
      expect(() => engine.certificateFromRecord(record, 9)).toThrowError(
        expect.objectContaining({ code: 'no-such-device' }),
      );
    });

    it('are issued by the account’s own key only', async () => {
      const engine = makeEngine();
      const [alice, bob] = [await createParty(engine), await createParty(engine)];
      expect(() =>
        engine.issueCertificate({ ...alice.local, identitySecret: bob.local.identitySecret }),
      ).toThrowError(expect.objectContaining({ code: 'bad-local-device' }));
    });

    it('go with registration IDs of 14 bits', () => {
      const engine = makeEngine();
      for (let count = 0; count < 1_000; count++) {
        const id = engine.makeRegistrationId();
        expect(Number.isInteger(id) && id >= 1 && id <= 0x3fff).toBe(true);
      }
    });
  });
}

/** As much of a record as certificates are made from. */
function recordOf(
  party: Party,
  serverCertificate: AccountRecord['serverCertificate'],
  certificateSignature: AccountRecord['serverCertificate'],
): AccountRecord {
  const key = { id: 1, publicKey: randomBytes(33), signature: randomBytes(64) };
  const { account, device, registrationId } = party.local;
  return {
    version: 1,
    account,
    identityKey: randomBytes(32),
    recoveryKey: randomBytes(32),
    revision: 1,
    issuedAt: 0,
    validUntil: 1,
    minVersion: 1,
    devices: [
      {
        id: device,
        registrationId,
        deviceKey: randomBytes(32),
        signedPreKey: key,
        lastResortKyberPreKey: key,
        certificateSignature,
        createdAt: 0,
      },
    ],
    relays: [],
    serverCertificate,
    hash: randomBytes(32),
  };
}
