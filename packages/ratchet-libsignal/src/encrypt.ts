import {
  CiphertextMessageType,
  KEMPublicKey,
  PreKeyBundle as LibsignalBundle,
  type ProtocolAddress,
  PublicKey,
  processPreKeyBundle,
  type SessionRecord,
  signalEncrypt,
} from '@signalapp/libsignal-client';
import type { AccountId } from '@sotto/identity';
import {
  type EncryptOutcome,
  type PreKeyBundle,
  type Ratchet,
  RatchetError,
  type RatchetReader,
} from '@sotto/ratchet';
import { protocolAddress } from './identity-key.ts';
import type { LocalKeys } from './local-keys.ts';
import { Stores } from './stores.ts';

/** Encrypt for one device; see the port. */
export async function encrypt(
  local: LocalKeys,
  reader: RatchetReader,
  { to, plaintext, bundle, now }: Parameters<Ratchet['encrypt']>[0],
): Promise<EncryptOutcome> {
  const stores = new Stores(local, to.account, reader);
  const address = protocolAddress(to);
  const session = await stores.sessions.getSession(address);
  if (!isUsable(session, bundle, now)) {
    if (bundle === undefined) return { outcome: 'needs-bundle' };
    const native = toLibsignal(bundle, to.account);
    if (native === undefined || bundle.device !== to.device) return { outcome: 'bad-bundle' };
    if (!(await startSession(native, address, local, stores, now))) return { outcome: 'bad-bundle' };
  }
  try {
    const message = await signalEncrypt(
      plaintext,
      address,
      local.address,
      stores.sessions,
      stores.identities,
      new Date(now),
    );
    const kind = message.type() === CiphertextMessageType.PreKey ? 'first' : 'steady';
    return {
      outcome: 'encrypted',
      message: { kind, bytes: message.serialize() },
      changes: stores.overlay.changes(),
    };
  } catch {
    throw stores.failure?.error ?? new RatchetError('engine-failed', 'libsignal could not encrypt');
  }
}

/** Whether a session can be sent on at this time. */
export async function hasSession(
  local: LocalKeys,
  reader: RatchetReader,
  address: Parameters<Ratchet['hasSession']>[0],
  now: number,
): Promise<boolean> {
  const stores = new Stores(local, address.account, reader);
  return isUsable(await stores.sessions.getSession(protocolAddress(address)), undefined, now);
}

function isUsable(session: SessionRecord | null, bundle: PreKeyBundle | undefined, now: number): boolean {
  if (session === null || !session.hasCurrentState(new Date(now))) return false;
  return bundle === undefined || session.remoteRegistrationId() === bundle.registrationId;
}

/** The bundle as libsignal takes it, under the account's own key; `undefined` if a key does not parse. */
function toLibsignal(bundle: PreKeyBundle, account: AccountId): LibsignalBundle | undefined {
  const { signedPreKey, kyberPreKey, preKey } = bundle;
  try {
    return LibsignalBundle.new(
      bundle.registrationId,
      bundle.device,
      preKey?.id ?? null,
      preKey === undefined ? null : PublicKey.deserialize(preKey.publicKey),
      signedPreKey.id,
      PublicKey.deserialize(signedPreKey.publicKey),
      signedPreKey.signature,
      PublicKey.deserialize(account),
      kyberPreKey.id,
      KEMPublicKey.deserialize(kyberPreKey.publicKey),
      kyberPreKey.signature,
    );
  } catch {
    return undefined;
  }
}

/** Run the handshake; false when libsignal refuses the bundle. */
async function startSession(
  bundle: LibsignalBundle,
  address: ProtocolAddress,
  local: LocalKeys,
  stores: Stores,
  now: number,
): Promise<boolean> {
  try {
    await processPreKeyBundle(
      bundle,
      address,
      local.address,
      stores.sessions,
      stores.identities,
      new Date(now),
    );
    return true;
  } catch {
    if (stores.failure !== undefined) throw stores.failure.error;
    return false;
  }
}
