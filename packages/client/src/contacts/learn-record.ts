import { type Bytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { type AccountRecord, acceptRecord, parseAccountId } from '@sotto/identity';
import type { Ratchet, RatchetChanges } from '@sotto/ratchet';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, Contact, ContactWarning } from '../ports/store.ts';
import { tellAccepted } from './accept-request.ts';
import { viewContact } from './view-contact.ts';

export type Learned =
  /** The contact's pinned record is the one that came, or was it already. */
  | 'current'
  /** It contradicts the pin. The contact carries a warning unless the user has seen this very record. */
  | 'refused'
  /** It cannot be used and accuses nobody: not a record, not valid yet or not any more. */
  | 'unusable'
  | 'no-contact';

const WARNINGS: Readonly<Record<string, ContactWarning>> = {
  forked: 'record-forked',
  'rolled-back': 'record-rolled-back',
  unproven: 'record-unproven',
  'version-lowered': 'version-lowered',
};

/** The pinned record of a contact, read; it was accepted before it was stored. */
export function pinnedRecord(core: Core, contact: Contact): AccountRecord | undefined {
  return contact.record === undefined ? undefined : core.records.read(contact.account, contact.record);
}

/** Judge a record that a road showed, and pin it or warn (design §1.5). One unit of work. */
export function learnRecord(core: Core, account: AccountKey, incoming: Bytes): Promise<Learned> {
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
      work.change({ kind: 'put-contact', contact: { ...contact, recordCheckedAt: now } });
      return 'current';
    }
    if (verdict.outcome !== 'accepted') {
      core.log('record-refused', { reason: verdict.outcome });
      const warning = WARNINGS[verdict.outcome];
      if (warning === undefined) return 'unusable';
      warn(work, contact, warning, sha256(incoming));
      return 'refused';
    }
    const before = pinnedRecord(core, contact);
    const closed = await closeChanged(core.ratchetOf(own), before, verdict.record);
    work.ratchet(closed.changes);
    const pinned: Contact = {
      ...contact,
      record: verdict.bytes,
      recordCheckedAt: now,
      // A device that was set up anew knows nothing of us.
      knowsProfileKey: contact.knowsProfileKey && !closed.renewed,
    };
    work.change({ kind: 'put-contact', contact: pinned });
    if (closed.renewed && pinned.state === 'accepted') await tellAccepted(core, work, own, pinned);
    return 'current';
  });
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
