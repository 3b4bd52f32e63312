import { sha256 } from '@sotto/crypto';
import { MAX_REQUEST_MESSAGES, MESSAGE_SEEN_LIFETIME } from '../constants.ts';
import { viewContact } from '../contacts/view-contact.ts';
import { followChain, giveUpGaps, isUnheard, startChain } from '../conversation/follow-chain.ts';
import { formatMessageId } from '../conversation/message-id.ts';
import { type ArrivedText, showText, showTexts } from '../conversation/show-texts.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { putSaidFiles } from '../files/put-said-files.ts';
import type { Contact } from '../ports/store.ts';
import type { Arrival } from './arrival.ts';
import { answered, introduce, tellName } from './introduce.ts';
import { learnRoad, learnWays } from './learn-ways.ts';
import type { Said } from './read-content.ts';

type Text = Extract<Said, { kind: 'text' }>;

/**
 * A text: into the chat, or into the request of a stranger, or held until what its sender wrote before it
 * has come. Doubles by any road are seen by their ID.
 */
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
    const heard = learnRoad(contact, said.ways);
    if (heard !== contact) work.change({ kind: 'put-contact', contact: heard });
    return followSilently(core, work, arrival, said);
  }
  if (contact.state === 'request' && !isNew && (await isFull(core, contact))) {
    return core.tally.refuse('too-many-requests');
  }
  const request = contact.state === 'request';
  const known = request ? introduce(contact, said.introduction) : answered(work, contact, said.introduction);
  const next = learnWays(core, work, known, { from: arrival, ways: said.ways });
  if (isNew || next !== contact) work.change({ kind: 'put-contact', contact: next });
  if (!isNew) tellName(work, contact, next);
  putSaidFiles(core, work, { chat: contact.account, message: id, files: said.files });
  if (isNew) {
    work.after(() => ({ event: 'request', account: contact.account, contact: viewContact(next) }));
  }
  await follow(core, work, arrival, said, { contact: next, isNew });
}

/** What is held counts too, or a stranger could leave any number of texts unshown. */
async function isFull(core: Core, contact: Contact): Promise<boolean> {
  const shown = await core.store.messages(contact.account, { limit: MAX_REQUEST_MESSAGES });
  return shown.length + (await core.store.countHeld(contact.account)) >= MAX_REQUEST_MESSAGES;
}

/** A text without a place, or that counts under another installation's name, is shown as it comes. */
function hasPlace(arrival: Arrival, said: Text): said is Text & Required<Pick<Text, 'place'>> {
  // Counts under any number would be rows without end.
  return said.place !== undefined && said.place.chain === arrival.registrationId;
}

/** Keep the order of the sending device: show the text and what waited for it, or hold it. */
async function follow(
  core: Core,
  work: Work,
  arrival: Arrival,
  said: Text,
  sender: { readonly contact: Contact; readonly isNew: boolean },
): Promise<void> {
  const { contact } = sender;
  const { from: account, device, road } = arrival;
  const now = core.clock.now();
  const arrived: ArrivedText = {
    account,
    device,
    sentAt: said.sentAt,
    text: said.text,
    road,
    receivedAt: now,
    ...(said.files.length === 0 ? {} : { files: said.files.length }),
  };
  if (!hasPlace(arrival, said)) return showText(core, work, contact, arrived);
  const { chain: number, at, ...place } = said.place;
  const step = { ...place, hash: sha256(arrival.plaintext), sentAt: at };
  const before = await core.store.chain(account, device, number);
  // Whoever takes us for a contact while we know nothing of them goes on from a chat that we have lost.
  const middle = sender.isNew && said.accepted;
  const state = before ?? startChain(account, device, number, middle ? step.counter : 1);
  const { chain, shows, broken } = followChain(state, step, now);
  if (broken) core.log('chain-broken', {});
  work.change({ kind: 'put-chain', chain });
  if (!shows.some(({ kind }) => kind === 'this')) {
    work.change({ kind: 'put-held', held: { ...arrived, chain: number, counter: step.counter } });
  }
  const silent = contact.state === 'request' && isUnheard(state);
  await showTexts(core, work, contact, { chain, shows, arrived, silent });
  if (chain.gapSince === undefined) return;
  work.after(() => {
    core.signals.gapOpened();
    return undefined;
  });
}

/** A blocked contact is followed from wherever it is heard, and no gap of it is ever shown. */
async function followSilently(core: Core, work: Work, arrival: Arrival, said: Text): Promise<void> {
  if (!hasPlace(arrival, said)) return;
  const { chain: number, at, ...place } = said.place;
  const { from, device } = arrival;
  const step = { ...place, hash: sha256(arrival.plaintext), sentAt: at };
  const before = await core.store.chain(from, device, number);
  const state = before ?? startChain(from, device, number, step.counter);
  const followed = followChain(state, step, core.clock.now());
  const { chain } = giveUpGaps(followed.chain, () => true);
  for (const { counter } of await core.store.held(from, device, number)) {
    work.change({ kind: 'delete-held', account: from, device, chain: number, counter });
  }
  work.change({ kind: 'put-chain', chain });
}
