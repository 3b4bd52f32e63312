import type { ProtocolAddress } from '@signalapp/libsignal-client';
import { type Bytes, equalBytes } from '@sotto/bytes';
import { type DeviceAddress, type LocalDevice, RatchetError } from '@sotto/ratchet';
import { checkCertificate } from './certificate.ts';
import { type IdentityPair, loadIdentity, protocolAddress } from './identity-key.ts';

/** The local device with its keys loaded once. */
export interface LocalKeys extends DeviceAddress, IdentityPair {
  readonly registrationId: number;
  readonly address: ProtocolAddress;
  readonly certificate: Bytes;
}

/** Load and check a device. Throws RatchetError `bad-local-device`. */
export function loadLocalKeys(local: LocalDevice): LocalKeys {
  const { account, device, registrationId, certificate } = local;
  const identity = loadIdentity(account, local.identitySecret);
  if (!isOwnCertificate(local)) {
    throw new RatchetError('bad-local-device', 'the certificate is not for this device');
  }
  return { ...identity, account, device, registrationId, certificate, address: protocolAddress(local) };
}

function isOwnCertificate({ account, device, certificate }: LocalDevice): boolean {
  const checked = checkCertificate(certificate);
  return (
    checked.outcome === 'valid' && checked.from.device === device && equalBytes(checked.from.account, account)
  );
}
