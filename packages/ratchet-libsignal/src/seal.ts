import { sealedSenderEncrypt, UnidentifiedSenderMessageContent } from '@signalapp/libsignal-client';
import { type DeviceAddress, RatchetError, type RatchetMessage, type SealOutcome } from '@sotto/ratchet';
import { protocolAddress } from './identity-key.ts';
import { OneIdentity } from './identity-store.ts';
import type { LocalKeys } from './local-keys.ts';
import { encodeSealContent } from './seal-content.ts';

/** Seal a ratchet message for one device, with a fresh ephemeral key at every call. */
export async function seal(
  local: LocalKeys,
  to: DeviceAddress,
  message: RatchetMessage,
): Promise<SealOutcome> {
  const content = encodeSealContent({
    kind: message.kind,
    message: message.bytes,
    certificate: local.certificate,
    destinationDevice: to.device,
  });
  if (content.outcome === 'too-large') return content;
  const sealed = await sealedSenderEncrypt(
    UnidentifiedSenderMessageContent.deserialize(content.bytes),
    protocolAddress(to),
    new OneIdentity(local, to.account),
  );
  if (sealed.length !== content.sealedSize) {
    throw new RatchetError('engine-failed', 'a seal came out at a size of its own');
  }
  return { outcome: 'sealed', bytes: sealed };
}
