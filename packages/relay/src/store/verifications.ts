import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { hkdfSha256, randomBytes, sha256, xchacha20Poly1305Open, xchacha20Poly1305Seal } from '@sotto/crypto';
import { row, run, type Work } from '@sotto/database';
import type { CodeTransport } from '../sms/code-sender.ts';
import { bytesOf } from './columns.ts';
import { forgetSome } from './forget-some.ts';

/** Sessions in which somebody shows that a phone number is theirs, as steps of the store's reads and writes. */

export interface Verification {
  /** E.164. */
  readonly number: string;
  /** Codes that were asked for; times in milliseconds. */
  readonly sent: readonly { readonly transport: CodeTransport; readonly at: number }[];
  /** How the last one is told from a wrong one: by itself, or by the service that made it. */
  readonly proof?: { readonly code: string } | { readonly reference: string };
  /** Tries at that one, and when the last was. */
  readonly tries: number;
  readonly triedAt: number;
  readonly verified: boolean;
}

/** After its last use a session is kept for so long, milliseconds. */
export const VERIFICATION_LIFETIME = 10 * 60 * 1000;

const INFO = utf8('sotto verification session v1');
const NO_SALT = new Uint8Array(0);
const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** The session that an identifier opens; undefined when there is none, or it has had its time. */
export function* readVerification(id: Bytes, now: number): Work<Verification | undefined> {
  const found = yield* row(
    'SELECT sealed_state FROM verification_session WHERE id_hash = ? AND expires_at > ?',
    [sha256(id), now],
  );
  return found === undefined ? undefined : open(id, bytesOf(found['sealed_state']));
}

/** Begin a session, or replace its state. */
export function* writeVerification(id: Bytes, state: Verification, now: number): Work<void> {
  yield* run(
    `INSERT INTO verification_session (id_hash, sealed_state, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (id_hash) DO UPDATE SET sealed_state = excluded.sealed_state, expires_at = excluded.expires_at`,
    [sha256(id), seal(id, state), now + VERIFICATION_LIFETIME],
  );
}

/** A batch of those that have had their time; how many that was. */
export function forgetVerifications(now: number): Work<number> {
  return forgetSome({ table: 'verification_session', key: 'id_hash', where: 'expires_at <= ?' }, [now]);
}

/** The key is made of the identifier, which only the client has: no copy of the database holds a number. */
function keyOf(id: Bytes): Bytes {
  return hkdfSha256({ ikm: id, salt: NO_SALT, info: INFO, length: KEY_BYTES });
}

function seal(id: Bytes, state: Verification): Bytes {
  const nonce = randomBytes(NONCE_BYTES);
  const plaintext = utf8(JSON.stringify(state));
  return concatBytes(nonce, xchacha20Poly1305Seal({ key: keyOf(id), nonce, plaintext }));
}

function open(id: Bytes, sealed: Bytes): Verification | undefined {
  const plaintext = xchacha20Poly1305Open({
    key: keyOf(id),
    nonce: sealed.subarray(0, NONCE_BYTES),
    ciphertext: sealed.subarray(NONCE_BYTES),
  });
  // What opens is what this file has sealed.
  return plaintext && (JSON.parse(new TextDecoder().decode(plaintext)) as Verification);
}
