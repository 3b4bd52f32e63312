import { type Bytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { type AccountRecord, acceptRecord, parseAccountId } from '@sotto/identity';
import type { Ratchet, RatchetChanges } from '@sotto/ratchet';
import { tellContext } from '../conversation/tell-context.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { RoadName } from '../ports/road.ts';
import type { AccountKey, Contact, ContactWarning } from '../ports/store.ts';
import { viewContact } from './view-contact.ts';

export type Learned =
  /** The contact's pinned record is the one that came, or was it already. */
  | 'current'
  /** It contradicts the pin. The contact carries a warning unless the user has seen this very record. */
  | 'refused'
  /** Older than the pinned one, as one of several roads may show it for a while. */
  | 'behind'
  /** Theirs, but over, or not begun by our clock. */
  | 'untimely'
  /** It cannot be used and contradicts nothing: no record of theirs, or of a form that we do not know. */
  | 'unusable'
  | 'no-contact';

const WARNINGS: Readonly<Record<string, ContactWarning>> = {
  forked: 'record-forked',
  'rolled-back': 'record-rolled-back',
  unproven: 'record-unproven',
  'version-lowered': 'version-lowered',
};

const UNTIMELY: readonly string[] = ['expired', 'from-the-future'];

/** The pinned record of a contact, read; it was accepted before it was stored. */
export function pinnedRecord(core: Core, contact: Contact): AccountRecord | undefined {
  return contact.record === undefined ? undefined : core.records.read(contact.account, contact.record);
}

/** Judge a record that a road showed, and pin it or warn (design §1.5). One unit of work. */
export function learnRecord(
  core: Core,
  account: AccountKey,
  shown: { readonly record: Bytes; readonly by: RoadName },
): Promise<Learned> {
  const { record: incoming, by } = shown;
  return core.unit(async (work) => {
    const contact = await core.store.contact(account);
    const own = await core.store.account();
    if (contact === undefined || own === undefined) return 'no-contact';
    const now = core.clock.now();
    const verdict = acceptRecord({
      account: parseAccountId(account),
      now,
      ...(contact.record === undefined ? {} : { pinned: contact.record }),
      incoming,
    });
    if (verdict.outcome === 'same') {
      rememberShown(core, by, account, verdict.record);
      work.change({ kind: 'put-contact', contact: { ...contact, recordCheckedAt: now } });
      return 'current';
    }
    if (verdict.outcome !== 'accepted') {
      core.log('record-refused', { reason: verdict.outcome });
      if (verdict.outcome === 'rolled-back' && mayBeBehind(core, contact, by)) return 'behind';
      const warning = WARNINGS[verdict.outcome];
      if (warning === undefined) return UNTIMELY.includes(verdict.outcome) ? 'untimely' : 'unusable';
      warn(work, contact, warning, sha256(incoming));
      return 'refused';
    }
    rememberShown(core, by, account, verdict.record);
    const before = pinnedRecord(core, contact);
    const closed = await closeChanged(core.ratchetOf(own), before, verdict.record);
    work.ratchet(closed.changes);
    const pinned = pin(contact, verdict, { now, renewed: closed.renewed });
    work.change({ kind: 'put-contact', contact: pinned });
    if (closed.renewed && pinned.state === 'accepted') await tellContext(core, work, own, pinned);
    return 'current';
  });
}

/**
 * Two roads get a new revision one after the other, and a swarm that is catching up shows now this, now that.
 * A relay is one server: what it has shown once it cannot unlearn. Alone, no road is excused.
 */
function mayBeBehind(core: Core, contact: Contact, by: RoadName): boolean {
  if (core.roads.all().length < 2) return false;
  const shown = core.shownByRelay.get(contact.account) ?? 0;
  return by !== 'relay' || shown < (pinnedRecord(core, contact)?.revision ?? 0);
}

/** Accounts whose revision at the relay is remembered; those seen first are forgotten first. */
const MAX_SHOWN = 1_000;

function rememberShown(core: Core, by: RoadName, account: AccountKey, { revision }: AccountRecord): void {
  if (by !== 'relay') return;
  core.shownByRelay.delete(account);
  core.shownByRelay.set(account, revision);
  const [oldest] = core.shownByRelay.keys();
  if (core.shownByRelay.size > MAX_SHOWN && oldest !== undefined) core.shownByRelay.delete(oldest);
}

/**
 * The contact with its new record. A device that was set up anew knows nothing of us, and collects elsewhere;
 * it would hold texts of a count that it knows no beginning of, so ours begins anew (decision 0011).
 */
function pin(
  { knowsMailbox, lastHash, ...contact }: Contact,
  { record, bytes }: { readonly record: AccountRecord; readonly bytes: Bytes },
  { now, renewed }: { readonly now: number; readonly renewed: boolean },
): Contact {
  // Of whoever has not answered yet, the count also tells that we have written.
  const anew = renewed && contact.state === 'accepted';
  return {
    ...contact,
    ...(anew ? { nextCounter: 1 } : {}),
    ...(anew || lastHash === undefined ? {} : { lastHash }),
    record: bytes,
    recordCheckedAt: now,
    knowsProfileKey: contact.knowsProfileKey && !renewed,
    ...(knowsMailbox === undefined || renewed ? {} : { knowsMailbox }),
    mailboxes: contact.mailboxes.filter((mailbox) => listsDevice(record, mailbox)),
  };
}

/** Does a record list this very installation of a device? */
export function listsDevice(
  record: AccountRecord,
  { device, registrationId }: { readonly device: number; readonly registrationId: number },
): boolean {
  return record.devices.some((each) => each.id === device && each.registrationId === registrationId);
}

function warn(work: Work, contact: Contact, warning: ContactWarning, refused: Bytes): void {
  const known = contact.refusedRecord !== undefined && equalBytes(contact.refusedRecord, refused);
  if (known) return;
  const warned: Contact = { ...contact, warning, refusedRecord: refused };
  work.change({ kind: 'put-contact', contact: warned });
  work.after(() => ({ event: 'contact', account: contact.account, contact: viewContact(warned) }));
}

/** Sessions with devices that are gone or were installed anew are of no use any more. */
async function closeChanged(
  ratchet: Ratchet,
  before: AccountRecord | undefined,
  after: AccountRecord,
): Promise<{ readonly changes: RatchetChanges; readonly renewed: boolean }> {
  const changed = (before?.devices ?? []).filter(
    ({ id, registrationId }) =>
      !after.devices.some((device) => device.id === id && device.registrationId === registrationId),
  );
  const changes: RatchetChanges[] = [];
  for (const { id } of changed) {
    changes.push(await ratchet.closeSession({ account: after.account, device: id }));
  }
  return { changes: changes.flat(), renewed: changed.length > 0 };
}
