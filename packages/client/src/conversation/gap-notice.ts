import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, Contact, MessageId } from '../ports/store.ts';
import { tellMessage } from './tell-message.ts';

/** Device 0 has no messages of its own, so a notice's ID is never a message's. */
const NOTICE_DEVICE = 0;

/** Put "so many messages are missing" into a chat. Returns the time that names it: `at`, or the next free. */
export async function makeGapNotice(
  core: Core,
  work: Work,
  contact: Contact,
  gap: { readonly missing: number; readonly at: number },
): Promise<number> {
  const { account: chat } = contact;
  const id: MessageId = { author: chat, device: NOTICE_DEVICE, sentAt: await freeTime(core, chat, gap.at) };
  work.change({
    kind: 'put-message',
    message: {
      id,
      chat,
      direction: 'in',
      kind: 'gap',
      text: String(gap.missing),
      state: 'received',
      receivedAt: core.clock.now(),
      request: contact.state === 'request',
    },
  });
  tellMessage(core, work, id, contact);
  return id.sentAt;
}

async function freeTime(core: Core, author: AccountKey, from: number): Promise<number> {
  let time = from;
  while ((await core.store.message({ author, device: NOTICE_DEVICE, sentAt: time })) !== undefined) time++;
  return time;
}
