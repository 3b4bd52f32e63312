import type { Bytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { bytesOf } from './columns.ts';
import { forgetSome } from './forget-some.ts';

/** Codes by which devices are linked. Only their hashes are kept: a copy of the database links nothing. */

export function* addLinkToken(tokenHash: Bytes, aci: Aci, expiresAt: number): Work<void> {
  yield* run('INSERT INTO link_token (token_hash, aci, device, expires_at) VALUES (?, ?, NULL, ?)', [
    tokenHash,
    aci,
    expiresAt,
  ]);
}

/** Whose code it is; undefined when there is none, or it was used, or its time is over. */
export function* readLinkToken(tokenHash: Bytes, now: number): Work<Aci | undefined> {
  const found = yield* row(
    'SELECT aci FROM link_token WHERE token_hash = ? AND device IS NULL AND expires_at > ?',
    [tokenHash, now],
  );
  return found && aciFromBytes(bytesOf(found['aci']));
}

/** Who has been linked by it is kept for whoever waits for that. */
export function* spendLinkToken(tokenHash: Bytes, device: number, keepUntil: number): Work<void> {
  yield* run('UPDATE link_token SET device = ?, expires_at = ? WHERE token_hash = ?', [
    device,
    keepUntil,
    tokenHash,
  ]);
}

/** The device that an account's code has linked, as soon as it has. */
export function* readLinkedDevice(tokenHash: Bytes, aci: Aci, now: number): Work<number | undefined> {
  const found = yield* row(
    'SELECT device FROM link_token WHERE token_hash = ? AND aci = ? AND device IS NOT NULL AND expires_at > ?',
    [tokenHash, aci, now],
  );
  return found && Number(found['device']);
}

/** From now on nobody is linked by the codes that the account has given out. Which device was linked by one stays known. */
export function* revokeLinkTokens(aci: Aci): Work<void> {
  yield* run('DELETE FROM link_token WHERE aci = ? AND device IS NULL', [aci]);
}

/** A batch of those that have had their time; how many that was. */
export function forgetLinkTokens(now: number): Work<number> {
  return forgetSome({ table: 'link_token', key: 'token_hash', where: 'expires_at <= ?' }, [now]);
}
