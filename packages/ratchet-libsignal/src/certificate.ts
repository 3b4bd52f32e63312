import { create, toBinary } from '@bufbuild/protobuf';
import { Aci, SenderCertificate, ServerCertificate } from '@signalapp/libsignal-client';
import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { type AccountId, type AccountRecord, accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';
import {
  MAX_DEVICE_ID,
  SenderCertificate_CertificateSchema,
  SenderCertificateSchema,
  ServerCertificate_CertificateSchema,
  ServerCertificateSchema,
} from '@sotto/protocol';
import { type DeviceAddress, type IssuedCertificate, type RatchetEngine, RatchetError } from '@sotto/ratchet';
import { loadIdentity } from './identity-key.ts';

/**
 * 9999-12-31T23:59:59.999Z. The certificate does not expire, because the account record is its
 * revocation (design §1.2); one fixed value lets everybody derive the certificate from the record.
 */
const EXPIRES = 253_402_300_799_999;

/** A certificate has about 260 bytes; what is longer is not worth parsing. */
const MAX_LENGTH = 512;

/** The ID of the one key that signs an account's certificates: the identity key itself. */
const SIGNER_ID = 1;

/** Issue a device's certificate, with the identity key as trust root, server key and subject. */
export const issueCertificate: RatchetEngine['issueCertificate'] = (device): IssuedCertificate => {
  const { privateKey, publicKey } = loadIdentity(device.account, device.identitySecret);
  const server = ServerCertificate.new(SIGNER_ID, publicKey, privateKey);
  const aci = Aci.fromUuid(formatAci(aciOf(device.account)));
  const certificate = SenderCertificate.new(aci, null, device.device, publicKey, EXPIRES, server, privateKey);
  return {
    certificate: certificate.serialize(),
    serverCertificate: server.serialize(),
    signature: certificate.signature(),
  };
};

/** Put a device's certificate together from what the record publishes; the signature is not checked. */
export function certificateFromRecord(record: AccountRecord, device: number): Bytes {
  const listed = record.devices.find(({ id }) => id === device);
  if (listed === undefined) throw new RatchetError('no-such-device', 'the record does not list the device');
  const { account, serverCertificate } = record;
  return encodeCertificate({ account, device }, serverCertificate, listed.certificateSignature);
}

/** The one form that a device's certificate has. */
function encodeCertificate(of: DeviceAddress, serverCertificate: Bytes, signature: Bytes): Bytes {
  const signed = create(SenderCertificate_CertificateSchema, {
    senderDevice: of.device,
    expires: BigInt(EXPIRES),
    identityKey: of.account,
    signer: { case: 'signerCertificate', value: serverCertificate },
    sender: { case: 'senderUuid', value: formatAci(aciOf(of.account)) },
  });
  const certificate = asBytes(toBinary(SenderCertificate_CertificateSchema, signed));
  return asBytes(
    toBinary(SenderCertificateSchema, create(SenderCertificateSchema, { certificate, signature })),
  );
}

/** The one form that the certificate of the certificate's signer has. */
function encodeServerCertificate(account: AccountId, signature: Bytes): Bytes {
  const signed = create(ServerCertificate_CertificateSchema, { id: SIGNER_ID, key: account });
  const certificate = asBytes(toBinary(ServerCertificate_CertificateSchema, signed));
  return asBytes(
    toBinary(ServerCertificateSchema, create(ServerCertificateSchema, { certificate, signature })),
  );
}

export type CertificateCheck =
  /** `signature`: the device's, which covers all the rest. */
  | { readonly outcome: 'valid'; readonly from: DeviceAddress; readonly signature: Bytes }
  | { readonly outcome: 'not-self-issued' | 'aci-mismatch' };

/**
 * Accept a certificate only if one key is its trust root, its server key and its subject, that key
 * computes to the ACI it names, and its bytes are exactly what key, device and the two signatures make:
 * no phone number, no other expiry or signer ID, no field that we do not know, nothing written in another
 * way. What is left to choose is the signatures; whether they are the published ones `decrypt` checks
 * against the record.
 */
export function checkCertificate(bytes: Bytes): CertificateCheck {
  if (bytes.length > MAX_LENGTH) return { outcome: 'not-self-issued' };
  try {
    const certificate = SenderCertificate.deserialize(bytes);
    const checked = checkParts(certificate);
    if (checked.outcome !== 'valid' || isCanonical(bytes, certificate, checked)) return checked;
    return { outcome: 'not-self-issued' };
  } catch {
    return { outcome: 'not-self-issued' };
  }
}

function checkParts(certificate: SenderCertificate): CertificateCheck {
  const key = certificate.key();
  const account: AccountId = accountIdFromBytes(key.serialize());
  // Throws for a signer that is only named, as certificates of Signal's own servers may do.
  const server = certificate.serverCertificate();
  const device = certificate.senderDeviceId();
  const selfIssued =
    equalBytes(server.key().serialize(), account) &&
    server.keyId() === SIGNER_ID &&
    certificate.senderE164() === null &&
    certificate.expiration() === EXPIRES &&
    device >= 1 &&
    device <= MAX_DEVICE_ID &&
    // At time 0 nothing has expired; the expiry is compared above.
    certificate.validate(key, 0);
  if (!selfIssued) return { outcome: 'not-self-issued' };
  if (certificate.senderUuid() !== formatAci(aciOf(account))) return { outcome: 'aci-mismatch' };
  return { outcome: 'valid', from: { account, device }, signature: certificate.signature() };
}

function isCanonical(
  bytes: Bytes,
  certificate: SenderCertificate,
  { from, signature }: Extract<CertificateCheck, { outcome: 'valid' }>,
): boolean {
  const server = encodeServerCertificate(from.account, certificate.serverCertificate().signature());
  return equalBytes(bytes, encodeCertificate(from, server, signature));
}
