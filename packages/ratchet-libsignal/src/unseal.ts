import {
  sealedSenderDecryptToUsmc,
  type UnidentifiedSenderMessageContent,
} from '@signalapp/libsignal-client';
import { type Bytes, equalBytes } from '@sotto/bytes';
import { type DeviceAddress, SEALED_SIZES, type SealRefusal, type UnsealOutcome } from '@sotto/ratchet';
import { OneIdentity } from './identity-store.ts';
import type { CheckCertificate } from './known-certificates.ts';
import type { LocalKeys } from './local-keys.ts';
import { checkPadding, kindOfType } from './seal-content.ts';

/** First byte of a seal for one recipient; 0x22 and 0x23 are the group forms, which are not sent yet. */
const ONE_RECIPIENT = 0x11;

/**
 * Open a seal and say who sent it, or why it is refused. libsignal has checked that the holder of the
 * certificate's key made the seal; everything else about the certificate and the padding is checked here.
 */
export async function unseal(
  local: LocalKeys,
  checkCertificate: CheckCertificate,
  bytes: Bytes,
): Promise<UnsealOutcome> {
  if (!SEALED_SIZES.some((size) => size === bytes.length)) return refused('wrong-size');
  if (bytes[0] !== ONE_RECIPIENT) return refused('not-a-seal');
  const content = await open(local, bytes);
  if (content === undefined) return refused('not-a-seal');
  const kind = kindOfType(content.msgType());
  if (kind === undefined) return refused('not-a-seal');
  const padding = checkPadding(content.groupId(), local.device);
  if (padding !== 'ours') return refused(padding);
  const certificate = checkCertificate(content.senderCertificate().serialize());
  if (certificate.outcome !== 'valid') return refused(certificate.outcome);
  if (isSame(certificate.from, local)) return refused('own-device');
  return {
    outcome: 'unsealed',
    unsealed: {
      from: certificate.from,
      certificateSignature: certificate.signature,
      message: { kind, bytes: content.contents() },
    },
  };
}

async function open(local: LocalKeys, bytes: Bytes): Promise<UnidentifiedSenderMessageContent | undefined> {
  try {
    return await sealedSenderDecryptToUsmc(bytes, new OneIdentity(local, local.account));
  } catch {
    return undefined;
  }
}

function refused(reason: SealRefusal): UnsealOutcome {
  return { outcome: 'refused', reason };
}

function isSame(left: DeviceAddress, right: DeviceAddress): boolean {
  return left.device === right.device && equalBytes(left.account, right.account);
}
