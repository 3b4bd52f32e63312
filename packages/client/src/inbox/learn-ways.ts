import { equalBytes } from '@sotto/bytes';
import { MAX_MAILBOXES } from '../constants.ts';
import { viewContact } from '../contacts/view-contact.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Contact } from '../ports/store.ts';
import type { Arrival } from './arrival.ts';
import type { Ways } from './read-content.ts';

/**
 * What a contact says of its ways: how it wants this chat to travel, and where the device that speaks
 * collects. Messages come in any order by two roads, so the time of each says what is newer. The same
 * object when nothing is new. The caller writes it.
 */
export function learnWays(
  core: Core,
  work: Work,
  contact: Contact,
  said: { readonly from: Pick<Arrival, 'device' | 'registrationId'>; readonly ways: Ways },
): Contact {
  const learned = learnMailbox(learnRoad(contact, said.ways), said.from, said.ways);
  if (learned.theirRoad !== contact.theirRoad) {
    const { account } = contact;
    work.after(() => {
      // What waits for one road may have to take the other now.
      core.signals.wake(account);
      return { event: 'contact', account, contact: viewContact(learned) };
    });
  }
  return learned;
}

/**
 * Only the wish, and without a sign: what somebody who is blocked asks for binds when they no longer are.
 * The caller writes it.
 */
export function learnRoad(contact: Contact, { road, sentAt }: Ways): Contact {
  if (road === undefined || sentAt === undefined || sentAt <= contact.theirRoadAt) return contact;
  // Also the same wish once more: what was written before it and comes after it must not take it back.
  return { ...contact, theirRoad: road, theirRoadAt: sentAt };
}

function learnMailbox(
  contact: Contact,
  { device, registrationId }: Pick<Arrival, 'device' | 'registrationId'>,
  { mailbox: address, sentAt }: Ways,
): Contact {
  if (address === undefined || sentAt === undefined) return contact;
  const before = contact.mailboxes.find((each) => each.device === device);
  const same = before?.registrationId === registrationId;
  if (same && (sentAt <= before.toldAt || equalBytes(before.address, address))) return contact;
  const others = contact.mailboxes.filter((each) => each !== before);
  const mailboxes = [...others, { device, registrationId, address, toldAt: sentAt }];
  return { ...contact, mailboxes: mailboxes.slice(-MAX_MAILBOXES) };
}
