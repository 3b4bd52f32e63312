import { toBase64 } from '@sotto/bytes';
import { CHAT_API, IdentityType, PATH, ProtocolError, parsePreKeyCount } from '@sotto/protocol';
import { type Asked, askRoute, forDevices, type GrpcMethod, jsonOf } from './unary.ts';

/** Prekeys (reference: signal-service §3; appendix, gRPC org.signal.chat.keys). */

const { method } = CHAT_API.Keys;

export const KEYS: readonly GrpcMethod[] = [
  forDevices(method.getPreKeyCount, () => countKeys('aci'), {
    ok: async (reply, _request, by) => {
      const aci = parsePreKeyCount(jsonOf(reply));
      const phone = await askRoute(by, countKeys('pni'));
      // An account without a number has no keys for it.
      const pni = phone?.status === 200 ? parsePreKeyCount(jsonOf(phone)) : NONE;
      return {
        aciEcPreKeyCount: aci.count,
        aciKemPreKeyCount: aci.pqCount,
        pniEcPreKeyCount: pni.count,
        pniKemPreKeyCount: pni.pqCount,
      };
    },
  }),

  forDevices(
    method.setOneTimeEcPreKeys,
    ({ identityType, preKeys }) => putKeys(identityType, { preKeys: some(preKeys).map(toEcKey) }),
    { ok: () => ({}) },
  ),
  forDevices(
    method.setOneTimeKemSignedPreKeys,
    ({ identityType, preKeys }) => putKeys(identityType, { pqPreKeys: some(preKeys).map(toSignedKey) }),
    { ok: () => ({}) },
  ),
  forDevices(
    method.setEcSignedPreKey,
    ({ identityType, signedPreKey }) => putKeys(identityType, { signedPreKey: toSignedKey(signedPreKey) }),
    { ok: () => ({}) },
  ),
  forDevices(
    method.setKemLastResortPreKey,
    ({ identityType, signedPreKey }) =>
      putKeys(identityType, { pqLastResortPreKey: toSignedKey(signedPreKey) }),
    { ok: () => ({}) },
  ),
];

const NONE = { count: 0, pqCount: 0 };

function countKeys(identity: 'aci' | 'pni'): Asked {
  return { verb: 'GET', path: `${PATH.keys}?identity=${identity}` };
}

function putKeys(identityType: IdentityType, body: object): Asked {
  const identity = IDENTITY[identityType];
  if (identity === undefined) throw new ProtocolError('malformed', 'no such identity', 'identity_type');
  return { verb: 'PUT', path: `${PATH.keys}?identity=${identity}`, body };
}

const IDENTITY: Readonly<Record<number, string>> = {
  [IdentityType.ACI]: 'aci',
  [IdentityType.PNI]: 'pni',
};

/** An upload without a key, which by the other road leaves everything as it is, is none here. */
function some<Key>(keys: readonly Key[]): readonly Key[] {
  if (keys.length === 0) throw new ProtocolError('malformed', 'no keys', 'pre_keys');
  return keys;
}

interface EcKey {
  readonly keyId: number;
  readonly publicKey: Uint8Array;
}

function toEcKey({ keyId, publicKey }: EcKey): object {
  return { keyId, publicKey: toBase64(publicKey) };
}

function toSignedKey(key: (EcKey & { readonly signature: Uint8Array }) | undefined): object {
  if (key === undefined) throw new ProtocolError('malformed', 'no key', 'signed_pre_key');
  return { ...toEcKey(key), signature: toBase64(key.signature) };
}
