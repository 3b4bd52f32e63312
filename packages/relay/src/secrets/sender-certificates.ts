import {
  Aci as LibsignalAci,
  PrivateKey,
  PublicKey,
  SenderCertificate,
  ServerCertificate,
} from '@signalapp/libsignal-client';
import { asBytes, type Bytes } from '@sotto/bytes';
import { type Aci, formatAci } from '@sotto/identity';
import { SENDER_CERTIFICATE_LIFETIME } from '../constants.ts';
import type { RelaySecrets } from './relay-secrets.ts';

/**
 * Sender certificates for third-party clients (reference: signal-service §5). Sotto's own clients
 * issue theirs to themselves and believe none of these but from senders their user has pinned.
 */
export interface SenderCertificates {
  /** What a third-party client must be told to trust. */
  readonly trustRoot: Bytes;
  issue(request: {
    readonly aci: Aci;
    readonly device: number;
    readonly identityKey: Bytes;
    readonly now: number;
  }): Bytes;
}

const SERVER_KEY_ID = 1;

export function createSenderCertificates({
  certificateRoot,
  certificateKey,
}: RelaySecrets): SenderCertificates {
  const root = PrivateKey.deserialize(certificateRoot.expose());
  const key = PrivateKey.deserialize(certificateKey.expose());
  const server = ServerCertificate.new(SERVER_KEY_ID, key.getPublicKey(), root);
  return {
    trustRoot: asBytes(root.getPublicKey().serialize()),
    issue: ({ aci, device, identityKey, now }) => {
      const certificate = SenderCertificate.new(
        LibsignalAci.parseFromServiceIdString(formatAci(aci)),
        null,
        device,
        PublicKey.deserialize(identityKey),
        now + SENDER_CERTIFICATE_LIFETIME,
        server,
        key,
      );
      return asBytes(certificate.serialize());
    },
  };
}
