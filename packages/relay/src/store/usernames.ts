import { type Bytes, equalBytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import {
  MAX_HELD_USERNAMES,
  USERNAME_HOLDING,
  USERNAME_RECLAIM,
  USERNAME_RESERVATION,
} from '../constants.ts';
import { bytesOf, bytesOr } from './columns.ts';
import { forgetSome } from './forget-some.ts';

/**
 * Usernames by their hashes, and links to them (reference: signal-service §2.5), as steps of the store's reads and
 * writes. An account has one confirmed name and one reservation at most, and holds the few that it had before.
 */

/** What an account is called. */
export interface Username {
  /** 32 bytes; absent without a confirmed name. */
  readonly hash?: Bytes;
  /** UUID, 16 bytes. */
  readonly linkHandle?: Bytes;
}

export type ConfirmOutcome =
  | { readonly outcome: 'confirmed'; readonly linkHandle?: Bytes }
  /** The account has not reserved it. */
  | { readonly outcome: 'not-reserved' }
  /** Somebody else has it, or has reserved it. */
  | { readonly outcome: 'taken' };

export interface ConfirmRequest {
  readonly aci: Aci;
  readonly hash: Bytes;
  /** For the link; without, there is none. */
  readonly encryptedUsername?: Bytes;
  /** Handle of the link if it is a new one. */
  readonly linkHandle: Bytes;
  readonly now: number;
}

/** One statement, so that name and link are of one moment. */
export function* readUsername(aci: Bytes): Work<Username> {
  const found = yield* row(
    `SELECT username.hash, username_link.handle FROM account
     LEFT JOIN username ON username.aci = account.aci AND username.state = 'confirmed'
     LEFT JOIN username_link ON username_link.aci = account.aci WHERE account.aci = ?`,
    [aci],
  );
  const [hash, linkHandle] = [bytesOr(found?.['hash']), bytesOr(found?.['handle'])];
  return { ...(hash && { hash }), ...(linkHandle && { linkHandle }) };
}

/** The first that is free; the one that the account has, if it is among them; undefined when all are taken. */
export function* reserveUsername(aci: Aci, hashes: readonly Bytes[], now: number): Work<Bytes | undefined> {
  const { hash: own } = yield* readUsername(aci);
  if (own !== undefined && hashes.some((hash) => equalBytes(hash, own))) return own;
  for (const hash of hashes) {
    const reserved = yield* row(RESERVE, [hash, aci, now + USERNAME_RESERVATION, now]);
    if (reserved === undefined) continue;
    yield* giveUpReservations(aci, hash, now);
    return hash;
  }
  return undefined;
}

/** Again with the same hash changes nothing: the answer to the first time was lost. */
export function* confirmUsername(request: ConfirmRequest): Work<ConfirmOutcome> {
  const { aci, hash, encryptedUsername, now } = request;
  const found = yield* row('SELECT aci, state, until FROM username WHERE hash = ?', [hash]);
  const isOwn = found !== undefined && equalBytes(bytesOf(found['aci']), aci);
  const isOver = found?.['until'] !== null && Number(found?.['until']) < now;
  if (found !== undefined && !isOwn && !isOver) return { outcome: 'taken' };
  if (!isOwn || found['state'] === 'held') return { outcome: 'not-reserved' };
  const { linkHandle: before } = yield* readUsername(aci);
  if (found['state'] === 'confirmed') return { outcome: 'confirmed', ...(before && { linkHandle: before }) };

  yield* release(aci, now);
  yield* run("UPDATE username SET state = 'confirmed', until = NULL WHERE hash = ?", [hash]);
  if (encryptedUsername === undefined) {
    yield* removeUsernameLink(aci);
    return { outcome: 'confirmed' };
  }
  // Links that are out there lead again to whoever has come back.
  const linkHandle = (found['state'] === 'reclaimable' ? before : undefined) ?? request.linkHandle;
  yield* run(PUT_LINK, [linkHandle, aci, encryptedUsername]);
  return { outcome: 'confirmed', linkHandle };
}

/** The name is held for its owner for a while; the link ends at once. */
export function* giveUpUsername(aci: Aci, now: number): Work<void> {
  yield* release(aci, now);
  yield* removeUsernameLink(aci);
}

/**
 * The account was registered anew: nobody finds it by its name until its owner confirms it again. The link keeps its
 * handle for that, and opens nothing (signal-service §2.5). It waits in the place of what was reserved beside it, because an
 * account has one name in waiting.
 */
export function* awaitReclaim(aci: Aci, now: number): Work<void> {
  const { hash: own } = yield* readUsername(aci);
  if (own !== undefined) yield* giveUpReservations(aci, own, now);
  yield* run("UPDATE username SET state = 'reclaimable', until = ? WHERE aci = ? AND state = 'confirmed'", [
    now + USERNAME_RECLAIM,
    aci,
  ]);
  yield* run('UPDATE username_link SET encrypted_username = NULL WHERE aci = ?', [aci]);
}

/** A link to the account's name, by the handle of the link before if `keeps` and there is one. Undefined without a name. */
export function* setUsernameLink(request: {
  readonly aci: Aci;
  readonly encryptedUsername: Bytes;
  readonly keeps: boolean;
  readonly linkHandle: Bytes;
}): Work<Bytes | undefined> {
  const { hash, linkHandle: before } = yield* readUsername(request.aci);
  if (hash === undefined) return undefined;
  const linkHandle = (request.keeps ? before : undefined) ?? request.linkHandle;
  yield* run(PUT_LINK, [linkHandle, request.aci, request.encryptedUsername]);
  return linkHandle;
}

export function* removeUsernameLink(aci: Aci): Work<void> {
  yield* run('DELETE FROM username_link WHERE aci = ?', [aci]);
}

/** ACI, 16 bytes. */
export function* findUsernameOwner(hash: Bytes): Work<Bytes | undefined> {
  const found = yield* row("SELECT aci FROM username WHERE hash = ? AND state = 'confirmed'", [hash]);
  return bytesOr(found?.['aci']);
}

export function* readUsernameLink(handle: Bytes): Work<Bytes | undefined> {
  const found = yield* row('SELECT encrypted_username FROM username_link WHERE handle = ?', [handle]);
  return bytesOr(found?.['encrypted_username']);
}

/** A batch of reservations and holdings that are over, and of links that nobody came back for; how many that was. */
export function* forgetUsernames(now: number): Work<number> {
  const names = yield* forgetSome({ table: 'username', key: 'hash', where: 'until < ?' }, [now]);
  const links = yield* forgetSome({
    table: 'username_link',
    key: 'handle',
    where: `encrypted_username IS NULL AND NOT EXISTS
      (SELECT 1 FROM username WHERE username.aci = username_link.aci AND username.state = 'reclaimable')`,
  });
  return names + links;
}

/** Whoever has held the name for longer than a reservation lasts does not lose that by reserving it. */
const RESERVE = `INSERT INTO username (hash, aci, state, until) VALUES (?, ?, 'reserved', ?)
  ON CONFLICT (hash) DO UPDATE SET aci = excluded.aci, state = excluded.state,
    until = CASE WHEN username.aci = excluded.aci AND username.until > excluded.until
      THEN username.until ELSE excluded.until END
  WHERE username.until < ? OR (username.aci = excluded.aci AND username.state <> 'confirmed')
  RETURNING 1 AS one`;

const PUT_LINK = `INSERT INTO username_link (handle, aci, encrypted_username) VALUES (?, ?, ?)
  ON CONFLICT (aci) DO UPDATE SET handle = excluded.handle, encrypted_username = excluded.encrypted_username`;

/** All but one: names that were held before are held again. */
function* giveUpReservations(aci: Aci, but: Bytes, now: number): Work<void> {
  yield* run(
    `UPDATE username SET state = 'held' WHERE aci = ? AND hash <> ? AND state IN ('reserved', 'reclaimable')
       AND until > ?`,
    [aci, but, now + USERNAME_RESERVATION],
  );
  yield* run("DELETE FROM username WHERE aci = ? AND hash <> ? AND state IN ('reserved', 'reclaimable')", [
    aci,
    but,
  ]);
  yield* boundHoldings(aci);
}

function* release(aci: Aci, now: number): Work<void> {
  yield* run("UPDATE username SET state = 'held', until = ? WHERE aci = ? AND state = 'confirmed'", [
    now + USERNAME_HOLDING,
    aci,
  ]);
  yield* boundHoldings(aci);
}

/** The longest held go first. */
function* boundHoldings(aci: Aci): Work<void> {
  yield* run(
    `DELETE FROM username WHERE aci = ? AND state = 'held' AND hash NOT IN
       (SELECT hash FROM username WHERE aci = ? AND state = 'held' ORDER BY until DESC, hash LIMIT ${MAX_HELD_USERNAMES})`,
    [aci, aci],
  );
}
