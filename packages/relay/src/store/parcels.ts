import type { Bytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';
import { bytesOr } from './columns.ts';
import { forgetSome } from './forget-some.ts';

/**
 * What one device leaves for another that does not know it yet: at an address that is a hash, so that no row names
 * anybody. It lies here because another process may hold the connection of the one that waits.
 */

/** Somebody waits at this address. */
export function* awaitParcel(address: Bytes, expiresAt: number): Work<void> {
  yield* run('INSERT INTO parcel (address, content, expires_at) VALUES (?, NULL, ?)', [address, expiresAt]);
}

/** Leave it where somebody waits. False when nobody does, or another parcel is there; the same again is none. */
export function* handParcel(address: Bytes, content: Bytes, now: number): Work<boolean> {
  const handed = yield* row(
    `UPDATE parcel SET content = ? WHERE address = ? AND expires_at > ? AND (content IS NULL OR content = ?)
     RETURNING 1 AS one`,
    [content, address, now, content],
  );
  return handed !== undefined;
}

/** Leave it, whether somebody waits or not, in place of what was there. */
export function* leaveParcel(address: Bytes, content: Bytes, expiresAt: number): Work<void> {
  yield* run(
    `INSERT INTO parcel (address, content, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (address) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at`,
    [address, content, expiresAt],
  );
}

export function* readParcel(address: Bytes, now: number): Work<Bytes | undefined> {
  const found = yield* row('SELECT content FROM parcel WHERE address = ? AND expires_at > ?', [address, now]);
  return bytesOr(found?.['content']);
}

export function* removeParcel(address: Bytes): Work<void> {
  yield* run('DELETE FROM parcel WHERE address = ?', [address]);
}

/** A batch of those that have had their time; how many that was. */
export function forgetParcels(now: number): Work<number> {
  return forgetSome({ table: 'parcel', key: 'address', where: 'expires_at <= ?' }, [now]);
}
