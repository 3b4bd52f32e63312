import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { decodeContent } from '@sotto/protocol';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { OutboxEntry } from '../ports/store.ts';
import { busyPause } from './back-off.ts';
import type { Carried } from './carried.ts';
import { changeMessage, failMessage } from './fail-message.ts';

/** Waiting for a road is no attempt. */
type Finished = Exclude<Carried, { outcome: 'waiting' }>;

/** Write down how an attempt ended. Returns when to try again, in milliseconds since the epoch. */
export function finishEntry(core: Core, id: string, carried: Finished): Promise<number | 'held' | 'done'> {
  return core.shared(async (work, core) => {
    const entry = await core.store.outboxEntry(id);
    if (entry === undefined) return 'done';
    switch (carried.outcome) {
      case 'stored': {
        const { road, storedOn } = carried;
        work.change({ kind: 'delete-outbox', id });
        await changeMessage(core, work, entry, 'sent', {
          road,
          ...(storedOn === undefined ? {} : { storedOn }),
        });
        await rememberTold(core, work, entry);
        return 'done';
      }
      case 'gone':
        work.change({ kind: 'delete-outbox', id });
        return 'done';
      case 'failed':
        work.change({ kind: 'delete-outbox', id });
        await failMessage(core, work, entry, carried.problem);
        if (carried.nobody) await forgetNobody(core, work, entry);
        return 'done';
      case 'held':
        await changeMessage(core, work, entry, 'queued', { problem: carried.problem });
        return 'held';
      case 'partly-stored': {
        const { road, storedOn, of } = carried;
        const facts = { road, storedOn, of, problem: 'too-few-nodes' } as const;
        await changeMessage(core, work, entry, 'queued', facts);
        return putOff(core, work, entry, 0);
      }
      case 'later':
        if (carried.problem !== undefined) {
          await changeMessage(core, work, entry, 'queued', { problem: carried.problem });
        }
        return putOff(core, work, entry, carried.retryAfter);
    }
  });
}

function putOff(core: Core, work: Work, entry: OutboxEntry, retryAfter: number): number {
  const attempts = entry.attempts + 1;
  const notBefore = core.clock.now() + busyPause(retryAfter, attempts, core.random);
  work.change({ kind: 'put-outbox', entry: { ...entry, attempts, notBefore } });
  return notBefore;
}

/**
 * Writing to an ID made it a contact; when there is nobody by that ID it would wait for ever to be accepted.
 * The failed message stays, so that whoever asks is told. Somebody the user has named stays too, and so does
 * one to whom more is on its way: the last to fail takes the contact along.
 */
async function forgetNobody(core: Core, work: Work, entry: OutboxEntry): Promise<void> {
  const contact = await core.store.contact(entry.to);
  if (contact?.state !== 'invited' || contact.record !== undefined || contact.nickname !== undefined) return;
  if ((await core.store.outbox()).some(({ id, to }) => to === entry.to && id !== entry.id)) return;
  work.change({ kind: 'delete-contact', account: entry.to });
  work.after(() => ({ event: 'contact', account: entry.to }));
}

/**
 * A road has durably taken what an accepted contact is to know: our profile key, and where we collect.
 * Strangers may still delete it unread.
 */
async function rememberTold(core: Core, work: Work, entry: OutboxEntry): Promise<void> {
  const contact = await core.store.contact(entry.to);
  if (contact?.state !== 'accepted') return;
  const { dataMessage, sotto } = decodeContent(entry.content);
  // A name that was changed while this was on its way has still to be told.
  const isMet = sotto?.name === (await core.store.account())?.name;
  const knowsProfileKey = contact.knowsProfileKey || (isMet && (dataMessage?.profileKey?.length ?? 0) > 0);
  const mailbox = sotto?.mailbox.length ? asBytes(sotto.mailbox) : contact.knowsMailbox;
  const same = mailbox === contact.knowsMailbox || isSame(mailbox, contact.knowsMailbox);
  if (knowsProfileKey === contact.knowsProfileKey && same) return;
  const told = mailbox === undefined ? {} : { knowsMailbox: mailbox };
  work.change({ kind: 'put-contact', contact: { ...contact, knowsProfileKey, ...told } });
}

function isSame(left: Bytes | undefined, right: Bytes | undefined): boolean {
  return left !== undefined && right !== undefined && equalBytes(left, right);
}
