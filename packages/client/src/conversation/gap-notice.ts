import { GAP_PATIENCE } from '../constants.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, ChainState, MessageId } from '../ports/store.ts';
import { giveUpGap } from './follow-chain.ts';
import { tellMessage } from './tell-message.ts';

/** Device 0 has no messages of its own, so a notice's ID is never a message's. */
const NOTICE_DEVICE = 0;

/** Put "so many messages are missing" into a chat. */
export async function makeGapNotice(
  core: Core,
  work: Work,
  chat: AccountKey,
  missing: number,
): Promise<void> {
  const contact = await core.store.contact(chat);
  const now = core.clock.now();
  const id: MessageId = { author: chat, device: NOTICE_DEVICE, sentAt: await freeTime(core, chat, now) };
  work.change({
    kind: 'put-message',
    message: {
      id,
      chat,
      direction: 'in',
      kind: 'gap',
      text: String(missing),
      state: 'received',
      receivedAt: now,
      request: contact?.state === 'request',
    },
  });
  tellMessage(core, work, id, contact);
}

async function freeTime(core: Core, author: AccountKey, from: number): Promise<number> {
  let time = from;
  while ((await core.store.message({ author, device: NOTICE_DEVICE, sentAt: time })) !== undefined) time++;
  return time;
}

/** Shows gaps when what is missing has not come for 30 seconds (design §2). */
export function watchGaps(core: Core): Alarm {
  return createAlarm(core, 'gap-watch', async () => {
    for (const due of await core.store.openGaps(core.clock.now() - GAP_PATIENCE)) await showGap(core, due);
    const open = await core.store.openGaps(Number.MAX_SAFE_INTEGER);
    if (open.length === 0) return undefined;
    const earliest = Math.min(...open.map(({ gapSince = 0 }) => gapSince));
    // A clock that went back must not make it wait for longer than it would have.
    return Math.min(GAP_PATIENCE, earliest + GAP_PATIENCE - core.clock.now());
  });
}

function showGap(core: Core, due: ChainState): Promise<void> {
  return core.unit(async (work) => {
    const chain = await core.store.chain(due.account, due.device, due.chain);
    if (chain?.gapSince === undefined || chain.ahead.length === 0) return;
    if (chain.gapSince > core.clock.now() - GAP_PATIENCE) return;
    const given = giveUpGap(chain);
    work.change({ kind: 'put-chain', chain: given.chain });
    await makeGapNotice(core, work, due.account, given.missing);
  });
}
