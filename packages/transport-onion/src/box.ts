import { type Bytes, concatBytes } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, ed25519SignExpanded } from '@sotto/crypto';
import { expandIdentity } from '@sotto/identity';
import { NAMESPACE, type RequestAuth, type TimedAuth } from '@sotto/protocol';

/** A place in a swarm that this device owns. */
export interface Box {
  /** Prefix and public key, 33 bytes: decides which swarm keeps it. */
  readonly key: Bytes;
  readonly namespace: number;
  sign(text: Bytes): RequestAuth;
}

/** Prefix of a mailbox that is nobody's account: a bare Ed25519 key (design §1.6). */
const BARE_KEY = 0x03;

const BOX_KEY_BYTES = 33;

/** The mailbox of a 32-byte seed. */
export function contactBox(seed: Bytes): Box {
  const { publicKey, secretKey } = ed25519KeyPair(seed);
  return {
    key: concatBytes(Uint8Array.of(BARE_KEY), publicKey),
    namespace: NAMESPACE.contacts,
    sign: (text) => ({ signature: ed25519Sign(secretKey, text) }),
  };
}

/** A box of the account: where strangers write, or where the record lies. */
export function accountBox(identitySecret: Bytes, namespace: number): Box {
  const { account, identityKey } = expandIdentity(identitySecret);
  return {
    key: account,
    namespace,
    sign: (text) => ({ signature: ed25519SignExpanded(identitySecret, text), ed25519: identityKey }),
  };
}

/** A signature that names its time, in the network's milliseconds. */
export function signAt(
  box: Box,
  signedAt: number,
  text: (namespace: number, at: number) => Bytes,
): TimedAuth {
  return { ...box.sign(text(box.namespace, signedAt)), signedAt };
}

/** Whether these bytes can be the address of a mailbox for contacts. */
export function isContactAddress(address: Bytes): boolean {
  return address.length === BOX_KEY_BYTES && address[0] === BARE_KEY;
}
