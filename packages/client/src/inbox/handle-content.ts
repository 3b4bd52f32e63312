import { MAX_REQUESTS } from '../constants.ts';
import { newContact } from '../contacts/new-contact.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { hearList } from '../lists/hear-list.ts';
import type { Contact } from '../ports/store.ts';
import { hearTyping } from '../typing/hear-typing.ts';
import type { Arrival } from './arrival.ts';
import { handleReceipt } from './handle-receipt.ts';
import { handleText } from './handle-text.ts';
import { answered, introduce, tellName } from './introduce.ts';
import { learnRoad, learnWays } from './learn-ways.ts';
import { readContent, type Said } from './read-content.ts';

/**
 * One handler for each kind of content, all in the caller's unit of work. `unknown` when nobody whom we
 * know has sent it and it made nobody known: then nothing but the seen-mark may be kept of it. `fleeting`:
 * nothing of it is shown later.
 */
export async function handleContent(
  core: Core,
  work: Work,
  arrival: Arrival,
): Promise<'handled' | 'fleeting' | 'unknown'> {
  const now = core.clock.now();
  const said = readContent(arrival.plaintext, { now, serverTime: arrival.serverTime });
  const contact = await core.store.contact(arrival.from);
  if (said.kind === 'refused') core.tally.refuse(said.reason);
  // Of nobody else is anything heard about who the storage nodes are.
  const isHeard = contact?.state === 'accepted';
  if (isHeard && said.list !== undefined) await hearList(core, work, arrival, said.list);
  if (said.kind === 'text') {
    const sender = contact ?? (await newRequest(core, arrival, now));
    if (sender === undefined) core.tally.refuse('too-many-requests');
    else await handleText(core, work, arrival, said, { contact: sender, isNew: contact === undefined });
    return sender === undefined ? 'unknown' : 'handled';
  }
  // What is invisible makes nobody known.
  if (contact === undefined) return 'unknown';
  if (said.kind === 'typing') {
    await hearTyping(core, work, arrival, { contact, typing: said.typing });
    return 'fleeting';
  }
  if (said.kind === 'receipt' || said.kind === 'acceptance' || said.kind === 'ways') {
    await handleInvisible(core, work, arrival, said, contact);
  }
  return 'handled';
}

async function handleInvisible(
  core: Core,
  work: Work,
  arrival: Arrival,
  said: Extract<Said, { kind: 'receipt' | 'acceptance' | 'ways' }>,
  contact: Contact,
): Promise<void> {
  if (contact.state === 'blocked') {
    const heard = said.kind === 'receipt' ? contact : learnRoad(contact, said.ways);
    if (heard !== contact) work.change({ kind: 'put-contact', contact: heard });
    return core.tally.refuse('blocked');
  }
  const introduction = said.kind === 'acceptance' ? said.introduction : {};
  // A request may say who it is from, and stays one until the user has accepted it.
  const waits = contact.state === 'request' || said.kind === 'ways';
  const met = waits ? introduce(contact, introduction) : answered(work, contact, introduction);
  const changed =
    said.kind === 'receipt' ? met : learnWays(core, work, met, { from: arrival, ways: said.ways });
  if (changed !== contact) work.change({ kind: 'put-contact', contact: changed });
  tellName(work, contact, changed);
  if (said.kind === 'receipt') await handleReceipt(core, work, arrival, said);
}

async function newRequest(core: Core, arrival: Arrival, now: number): Promise<Contact | undefined> {
  const contacts = await core.store.contacts();
  if (contacts.filter(({ state }) => state === 'request').length >= MAX_REQUESTS) return undefined;
  return { ...newContact(arrival.from, 'request', now), record: arrival.record, recordCheckedAt: now };
}
