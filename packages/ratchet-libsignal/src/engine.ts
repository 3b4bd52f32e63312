import { randomBytes } from '@sotto/crypto';
import { MAX_REGISTRATION_ID } from '@sotto/protocol';
import type { LocalDevice, Ratchet, RatchetChanges, RatchetEngine, RatchetReader } from '@sotto/ratchet';
import { certificateFromRecord, issueCertificate } from './certificate.ts';
import { currentKeys } from './current-keys.ts';
import { decrypt } from './decrypt.ts';
import { encrypt, hasSession } from './encrypt.ts';
import { protocolAddress } from './identity-key.ts';
import { createKnownCertificates } from './known-certificates.ts';
import { loadLocalKeys } from './local-keys.ts';
import { maintain } from './maintain.ts';
import { confirmPublished } from './one-time-keys.ts';
import { seal } from './seal.ts';
import { sessionKey } from './stores.ts';
import { unseal } from './unseal.ts';

/** The ratchet on `@signalapp/libsignal-client`: PQXDH, triple ratchet, sealed sender. */
export const libsignalEngine: RatchetEngine = {
  makeRegistrationId,
  issueCertificate,
  certificateFromRecord,
  open,
};

/** 1..0x3FFF; the bias of the modulus is below one in 200,000. */
function makeRegistrationId(): number {
  const bytes = randomBytes(4);
  return 1 + (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % MAX_REGISTRATION_ID);
}

/** Throws RatchetError `bad-local-device` when secret, certificate and account do not belong together. */
function open(local: LocalDevice, reader: RatchetReader): Ratchet {
  const keys = loadLocalKeys(local);
  const checkCertificate = createKnownCertificates();
  return {
    maintain: (request) => maintain(keys, reader, request),
    published: (published) => confirmPublished(reader, published),
    current: () => currentKeys(reader),
    hasSession: (address, now) => hasSession(keys, reader, address, now),
    encrypt: (request) => encrypt(keys, reader, request),
    seal: (to, message) => seal(keys, to, message),
    unseal: (bytes) => unseal(keys, checkCertificate, bytes),
    decrypt: (request) => decrypt(keys, reader, request),
    closeSession: async (address): Promise<RatchetChanges> => [
      { table: 'session', key: sessionKey(protocolAddress(address)), value: null },
    ],
  };
}
