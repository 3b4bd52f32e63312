import {
  KEMKeyPair,
  KyberPreKeyRecord,
  PreKeyRecord,
  PrivateKey,
  SignedPreKeyRecord,
} from '@signalapp/libsignal-client';
import type { PublicPreKey, SignedPublicKey } from '@sotto/ratchet';
import { encodeKeyRow, type KeyUse } from './key-row.ts';
import type { LocalKeys } from './local-keys.ts';
import type { Overlay } from './overlay.ts';

/** Making one prekey of each kind: the private half into the overlay, the public half returned. */
export interface KeyRequest {
  readonly id: number;
  readonly now: number;
  /** See KeyRow. */
  readonly generation: number;
}

export function makePreKey(overlay: Overlay, { id, now, generation }: KeyRequest): PublicPreKey {
  const privateKey = PrivateKey.generate();
  const publicKey = privateKey.getPublicKey();
  const record = PreKeyRecord.new(id, publicKey, privateKey).serialize();
  overlay.put(
    'pre-key',
    String(id),
    encodeKeyRow({ use: 'one-time', createdAt: now, generation, uploaded: false, record }),
  );
  return { id, publicKey: publicKey.serialize() };
}

export function makeSignedPreKey(
  overlay: Overlay,
  local: LocalKeys,
  { id, now, generation }: KeyRequest,
): SignedPublicKey {
  const privateKey = PrivateKey.generate();
  const publicKey = privateKey.getPublicKey();
  const signature = local.privateKey.sign(publicKey.serialize());
  const record = SignedPreKeyRecord.new(id, now, publicKey, privateKey, signature).serialize();
  overlay.put(
    'signed-pre-key',
    String(id),
    encodeKeyRow({ use: 'lasting', createdAt: now, generation, uploaded: false, record }),
  );
  return { id, publicKey: publicKey.serialize(), signature };
}

export function makeKyberPreKey(
  overlay: Overlay,
  local: LocalKeys,
  { id, now, generation, use }: KeyRequest & { readonly use: KeyUse },
): SignedPublicKey {
  const pair = KEMKeyPair.generate();
  const publicKey = pair.getPublicKey().serialize();
  const signature = local.privateKey.sign(publicKey);
  const record = KyberPreKeyRecord.new(id, now, pair, signature).serialize();
  overlay.put(
    'kyber-pre-key',
    String(id),
    encodeKeyRow({ use, createdAt: now, generation, uploaded: false, record }),
  );
  return { id, publicKey, signature };
}
