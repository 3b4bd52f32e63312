import type { AccountKey, Contact, ContactState, ContactWarning } from '@sotto/client';
import { blob, flag, integer, optional, type Row, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const STATES: readonly ContactState[] = ['request', 'invited', 'accepted', 'blocked'];
const STATES_BEFORE: readonly Exclude<ContactState, 'blocked'>[] = ['request', 'invited', 'accepted'];
const ROADS: readonly Contact['road'][] = ['auto', 'relay', 'onion'];
const WARNINGS: readonly ContactWarning[] = [
  'record-forked',
  'record-rolled-back',
  'record-unproven',
  'version-lowered',
];

const PUT = `
INSERT INTO contact (
  account, state, state_before, name, nickname, profile_key, knows_profile_key, road, their_road,
  their_road_at, knows_mailbox, record, record_checked_at, warning, refused_record, verified, next_counter, last_hash,
  added_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account) DO UPDATE SET
  state = excluded.state, state_before = excluded.state_before, name = excluded.name, nickname = excluded.nickname,
  profile_key = excluded.profile_key, knows_profile_key = excluded.knows_profile_key,
  road = excluded.road, their_road = excluded.their_road,
  their_road_at = excluded.their_road_at, knows_mailbox = excluded.knows_mailbox,
  record = excluded.record, record_checked_at = excluded.record_checked_at,
  warning = excluded.warning, refused_record = excluded.refused_record, verified = excluded.verified,
  next_counter = excluded.next_counter, last_hash = excluded.last_hash`;

/** By itself, because naming an indexed column writes its index anew, whatever it held before. */
const PUT_TIME = 'UPDATE contact SET added_at = ? WHERE account = ? AND added_at <> ?';

export function putContact(sqlite: Sqlite, contact: Contact): void {
  sqlite.run(PUT, [
    contact.account,
    contact.state,
    contact.stateBefore ?? null,
    contact.name ?? null,
    contact.nickname ?? null,
    contact.profileKey ?? null,
    Number(contact.knowsProfileKey),
    contact.road,
    contact.theirRoad,
    contact.theirRoadAt,
    contact.knowsMailbox ?? null,
    contact.record ?? null,
    contact.recordCheckedAt,
    contact.warning ?? null,
    contact.refusedRecord ?? null,
    Number(contact.verified),
    contact.nextCounter,
    contact.lastHash ?? null,
    contact.addedAt,
  ]);
  sqlite.run(PUT_TIME, [contact.addedAt, contact.account, contact.addedAt]);
  sqlite.run('DELETE FROM contact_mailbox WHERE account = ?', [contact.account]);
  for (const [place, mailbox] of contact.mailboxes.entries()) {
    sqlite.run(
      'INSERT INTO contact_mailbox (account, place, device, registration_id, address, told_at) VALUES (?, ?, ?, ?, ?, ?)',
      [contact.account, place, mailbox.device, mailbox.registrationId, mailbox.address, mailbox.toldAt],
    );
  }
}

export function deleteContact(sqlite: Sqlite, account: AccountKey): void {
  sqlite.run('DELETE FROM contact WHERE account = ?', [account]);
}

export function readContact(sqlite: Sqlite, account: AccountKey): Contact | undefined {
  const row = sqlite.get('SELECT * FROM contact WHERE account = ?', [account]);
  if (row === undefined) return undefined;
  return contactOf(
    row,
    sqlite.all('SELECT * FROM contact_mailbox WHERE account = ? ORDER BY place', [account]),
  );
}

/** All, in the order in which they were added. */
export function readContacts(sqlite: Sqlite): readonly Contact[] {
  const mailboxes = new Map<AccountKey, Row[]>();
  for (const row of sqlite.all('SELECT * FROM contact_mailbox ORDER BY account, place')) {
    const account = text(row, 'account');
    mailboxes.set(account, [...(mailboxes.get(account) ?? []), row]);
  }
  return sqlite
    .all('SELECT * FROM contact ORDER BY added_at, account')
    .map((row) => contactOf(row, mailboxes.get(text(row, 'account')) ?? []));
}

function contactOf(row: Row, mailboxes: readonly Row[]): Contact {
  const account = text(row, 'account');
  return {
    account,
    state: word(row, 'state', STATES),
    ...optional(row, 'state_before', 'stateBefore', (from, column) => word(from, column, STATES_BEFORE)),
    ...optional(row, 'name', 'name', text),
    ...optional(row, 'nickname', 'nickname', text),
    ...optional(row, 'profile_key', 'profileKey', blob),
    knowsProfileKey: flag(row, 'knows_profile_key'),
    road: word(row, 'road', ROADS),
    theirRoad: word(row, 'their_road', ROADS),
    theirRoadAt: integer(row, 'their_road_at'),
    mailboxes: mailboxes.map((each) => ({
      device: integer(each, 'device'),
      registrationId: integer(each, 'registration_id'),
      address: blob(each, 'address'),
      toldAt: integer(each, 'told_at'),
    })),
    ...optional(row, 'knows_mailbox', 'knowsMailbox', blob),
    ...optional(row, 'record', 'record', blob),
    recordCheckedAt: integer(row, 'record_checked_at'),
    ...optional(row, 'warning', 'warning', (from, column) => word(from, column, WARNINGS)),
    ...optional(row, 'refused_record', 'refusedRecord', blob),
    verified: flag(row, 'verified'),
    nextCounter: integer(row, 'next_counter'),
    ...optional(row, 'last_hash', 'lastHash', blob),
    addedAt: integer(row, 'added_at'),
  };
}
