import { type Bytes, equalBytes } from '@sotto/bytes';
import { tellContext } from '../conversation/tell-context.ts';
import { mayKnow } from '../conversation/told-mailbox.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { Contact } from '../ports/store.ts';

/**
 * Who knows where this device collects (design §1.6). A blocked contact must not, so the mailbox is renewed
 * when one may; accepted contacts who know an old one are told the new one at once, the others with the
 * next message. What is written down of each contact decides, so that a crash in between changes nothing.
 */
export function keepMailbox(core: Core): Alarm {
  return createAlarm(core, 'mailbox', async () => {
    const before = core.roads.mailbox();
    if (before === undefined) return undefined;
    const contacts = await core.store.contacts();
    if (await isKnownToBlocked(core, contacts, before)) await renew(core);
    const mailbox = core.roads.mailbox();
    if (mailbox === undefined) return undefined;
    for (const { account, state, knowsMailbox } of contacts) {
      if (state === 'accepted' && knowsMailbox !== undefined) await tell(core, account, mailbox);
    }
    return undefined;
  });
}

/** They may know it when a message of ours named it once, though nobody knows whether that has arrived. */
async function isKnownToBlocked(core: Core, contacts: readonly Contact[], mailbox: Bytes): Promise<boolean> {
  for (const contact of contacts) {
    if (contact.state !== 'blocked') continue;
    if (knows(contact, mailbox) || (await mayKnow(core, contact.account, mailbox))) return true;
  }
  return false;
}

function knows({ knowsMailbox }: Contact, mailbox: Bytes): boolean {
  return knowsMailbox !== undefined && equalBytes(knowsMailbox, mailbox);
}

/** The new mailbox is on disk before anybody hears of it. */
function renew(core: Core): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const made = core.roads.get('onion')?.renewMailbox?.(core.clock.now());
    if (own === undefined || made === undefined) return;
    const credentials = { ...own.credentials, onion: made.credentials };
    work.change({ kind: 'put-account', state: { ...own, credentials } });
    work.after(() => {
      made.use();
      return undefined;
    });
  });
}

function tell(core: Core, account: string, mailbox: Bytes): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(account);
    if (own === undefined || contact?.state !== 'accepted' || knows(contact, mailbox)) return;
    await tellContext(core, work, own, contact);
  });
}
