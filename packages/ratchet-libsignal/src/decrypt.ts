import {
  ErrorCode,
  LibSignalErrorBase,
  PreKeySignalMessage,
  type ProtocolAddress,
  SignalMessage,
  signalDecrypt,
  signalDecryptPreKey,
} from '@signalapp/libsignal-client';
import { type Bytes, equalBytes } from '@sotto/bytes';
import { type DecryptOutcome, type Ratchet, RatchetError, type RatchetReader } from '@sotto/ratchet';
import { protocolAddress } from './identity-key.ts';
import type { LocalKeys } from './local-keys.ts';
import { Stores } from './stores.ts';

type DecryptRequest = Parameters<Ratchet['decrypt']>[0];
type Failed = Exclude<DecryptOutcome, { outcome: 'decrypted' }>;
type Opened = { readonly outcome: 'opened'; readonly plaintext: Bytes };

/**
 * Decrypt what a seal held; see the port. Whatever a message makes libsignal write before it fails stays
 * in the overlay and is dropped with it, so a failed message leaves sessions and prekeys as they were.
 *
 * A message may be up to 25,000 steps ahead of its chain (libsignal's limit), and only its session's
 * other side can make one that is: the steps are computed before the MAC can be checked, about 70 ms for
 * 24,000. When the MAC is wrong the steps are dropped with the overlay, and the same message costs as much
 * again. libsignal does not show where a chain stands, so it cannot be refused earlier here.
 */
export async function decrypt(
  local: LocalKeys,
  reader: RatchetReader,
  { unsealed, knownDevices }: DecryptRequest,
): Promise<DecryptOutcome> {
  const { from, message, certificateSignature } = unsealed;
  const known = knownDevices.find(({ id }) => id === from.device);
  // A certificate that the record does not publish would prove to others that it came in a seal.
  if (known === undefined || !equalBytes(known.certificateSignature, certificateSignature)) {
    return { outcome: 'unknown-device' };
  }
  const stores = new Stores(local, from.account, reader);
  const address = protocolAddress(from);
  const opened =
    message.kind === 'first'
      ? await openFirst(message.bytes, known.registrationId, { local, address, stores })
      : await openSteady(message.bytes, { local, address, stores });
  if (opened.outcome !== 'opened') return opened;
  const session = await stores.sessions.getSession(address);
  if (session?.remoteRegistrationId() !== known.registrationId) return { outcome: 'unknown-device' };
  return {
    outcome: 'decrypted',
    plaintext: opened.plaintext,
    first: stores.madeSession,
    changes: stores.overlay.changes(),
  };
}

interface Operation {
  readonly local: LocalKeys;
  readonly address: ProtocolAddress;
  readonly stores: Stores;
}

/**
 * The registration ID is compared before the handshake, so that a first message of an installation that
 * the record does not know yet costs no prekey.
 */
async function openFirst(
  bytes: Bytes,
  registrationId: number,
  { local, address, stores }: Operation,
): Promise<Opened | Failed> {
  const message = parse(bytes, PreKeySignalMessage.deserialize);
  if (message === undefined) return { outcome: 'invalid' };
  if (message.registrationId() !== registrationId) return { outcome: 'unknown-device' };
  return attempt(stores, () =>
    signalDecryptPreKey(
      message,
      address,
      local.address,
      stores.sessions,
      stores.identities,
      stores.preKeys,
      stores.signedPreKeys,
      stores.kyberPreKeys,
    ),
  );
}

async function openSteady(bytes: Bytes, { local, address, stores }: Operation): Promise<Opened | Failed> {
  const message = parse(bytes, SignalMessage.deserialize);
  if (message === undefined) return { outcome: 'invalid' };
  if ((await stores.sessions.getSession(address)) === null) return { outcome: 'no-session' };
  return attempt(stores, () =>
    signalDecrypt(message, address, local.address, stores.sessions, stores.identities),
  );
}

function parse<T>(bytes: Bytes, deserialize: (bytes: Bytes) => T): T | undefined {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}

async function attempt(stores: Stores, open: () => Promise<Bytes>): Promise<Opened | Failed> {
  try {
    return { outcome: 'opened', plaintext: await open() };
  } catch (error) {
    if (stores.failure !== undefined) throw stores.failure.error;
    if (stores.refusal !== undefined) {
      return { outcome: stores.refusal === 'replayed' ? 'duplicate' : stores.refusal };
    }
    return { outcome: outcomeOf(error) };
  }
}

function outcomeOf(error: unknown): Failed['outcome'] {
  if (LibSignalErrorBase.is(error, ErrorCode.DuplicatedMessage)) return 'duplicate';
  if (LibSignalErrorBase.is(error, ErrorCode.UntrustedIdentity)) return 'identity-mismatch';
  if (error instanceof LibSignalErrorBase) return 'invalid';
  throw new RatchetError('engine-failed', 'libsignal failed while it decrypted');
}
