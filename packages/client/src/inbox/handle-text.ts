import { sha256 } from '@sotto/crypto';
import { MAX_REQUEST_MESSAGES, MESSAGE_SEEN_LIFETIME } from '../constants.ts';
import { viewContact } from '../contacts/view-contact.ts';
import { followChain, giveUpGap, startChain } from '../conversation/follow-chain.ts';
import { makeGapNotice } from '../conversation/gap-notice.ts';
import { formatMessageId } from '../conversation/message-id.ts';
import { tellMessage } from '../conversation/tell-message.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Contact } from '../ports/store.ts';
import type { Arrival } from './arrival.ts';
import { answered, introduce } from './introduce.ts';
import { oweReceipt } from './owe-receipt.ts';
import type { Said } from './read-content.ts';

type Text = Extract<Said, { kind: 'text' }>;

/** A text: into the chat, or into the request of a stranger. Doubles by any road are seen by their ID. */
export async function handleText(
  core: Core,
  work: Work,
  arrival: Arrival,
  said: Text,
  sender: { readonly contact: Contact; readonly isNew: boolean },
): Promise<void> {
  const { contact, isNew } = sender;
  const id = { author: arrival.from, device: arrival.device, sentAt: said.sentAt };
  const seen = `message:${formatMessageId(id)}`;
  if (await core.store.hasSeen(seen)) return core.tally.refuse('replayed');
  const now = core.clock.now();
  work.change({ kind: 'put-seen', mark: seen, forgetAfter: now + MESSAGE_SEEN_LIFETIME });
  if (contact.state === 'blocked') {
    core.tally.refuse('blocked');
    return follow(core, work, arrival, said, { silent: true, isNew });
  }
  if (contact.state === 'request' && !isNew && (await isFull(core, contact))) {
    return core.tally.refuse('too-many-requests');
  }
  const request = contact.state === 'request';
  const next = request ? introduce(contact, said.introduction) : answered(work, contact, said.introduction);
  if (isNew || next !== contact) work.change({ kind: 'put-contact', contact: next });
  work.change({
    kind: 'put-message',
    message: {
      id,
      chat: arrival.from,
      direction: 'in',
      kind: 'text',
      text: said.text,
      state: 'received',
      road: arrival.road,
      receivedAt: now,
      request,
    },
  });
  await follow(core, work, arrival, said, { silent: false, isNew });
  if (next.state === 'accepted') oweReceipt(core, work, arrival.from, id);
  if (isNew) {
    work.after(() => ({ event: 'request', account: contact.account, contact: viewContact(next) }));
  }
  tellMessage(core, work, id, next);
}

async function isFull(core: Core, contact: Contact): Promise<boolean> {
  const held = await core.store.messages(contact.account, { limit: MAX_REQUEST_MESSAGES });
  return held.length >= MAX_REQUEST_MESSAGES;
}

/** Keep the count of the sending device. A blocked one is followed without ever showing a gap. */
async function follow(
  core: Core,
  work: Work,
  arrival: Arrival,
  said: Text,
  how: { readonly silent: boolean; readonly isNew: boolean },
): Promise<void> {
  // Counts under another installation's name would be rows without end.
  if (said.place === undefined || said.place.chain !== arrival.registrationId) return;
  const { chain: number, ...place } = said.place;
  const now = core.clock.now();
  const step = { ...place, hash: sha256(arrival.plaintext) };
  const { from, device } = arrival;
  const before = await core.store.chain(from, device, number);
  const anywhere = how.isNew || how.silent;
  const state = before ?? startChain(from, device, number, anywhere ? step.counter : 1);
  const followed = followChain(state, step, now);
  const chain =
    how.silent && followed.chain.ahead.length > 0 ? giveUpGap(followed.chain).chain : followed.chain;
  if (followed.broken) core.log('chain-broken', {});
  work.change({ kind: 'put-chain', chain });
  if (how.silent) return;
  if (followed.missing !== undefined) await makeGapNotice(core, work, from, followed.missing);
  if (chain.gapSince !== undefined) {
    work.after(() => {
      core.signals.gapOpened();
      return undefined;
    });
  }
}
