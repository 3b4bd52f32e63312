import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { oweReceipt } from '../inbox/owe-receipt.ts';
import type { ChainState, Contact, HeldText } from '../ports/store.ts';
import type { Shown } from './follow-chain.ts';
import { makeGapNotice } from './gap-notice.ts';
import { tellMessage } from './tell-message.ts';

/** A text as it arrived. */
export type ArrivedText = Omit<HeldText, 'chain' | 'counter'>;

/** Put a text into its chat, owe its receipt and tell of it. */
export function showText(core: Core, work: Work, contact: Contact, arrived: ArrivedText): void {
  const { account, device, sentAt, text, road, receivedAt, files } = arrived;
  const id = { author: account, device, sentAt };
  work.change({
    kind: 'put-message',
    message: {
      id,
      chat: account,
      direction: 'in',
      kind: 'text',
      text,
      state: 'received',
      road,
      receivedAt,
      request: contact.state === 'request',
      ...(files === undefined ? {} : { files }),
    },
  });
  if (contact.state === 'accepted') oweReceipt(core, work, account, id);
  tellMessage(core, work, id, contact);
  work.after(() => {
    core.typing.heard(account, false);
    if (files !== undefined) core.signals.filesDue();
    return undefined;
  });
}

/**
 * Show what a chain gives free, in its order: texts that were held, the one that has just arrived, and a
 * notice where something is missing. A blocked contact's are dropped. `silent`: what is missing before the
 * first is nobody's loss.
 */
export async function showTexts(
  core: Core,
  work: Work,
  contact: Contact,
  job: {
    readonly chain: ChainState;
    readonly shows: readonly Shown[];
    readonly arrived?: ArrivedText;
    readonly silent: boolean;
  },
): Promise<void> {
  const { chain, shows, arrived } = job;
  const { account, device, chain: number } = chain;
  const some = shows.some(({ kind }) => kind === 'held');
  const held = some ? await core.store.held(account, device, number) : [];
  const waiting = new Map(held.map((each) => [each.counter, each]));
  let noticeAt = core.clock.now();
  for (const [index, show] of shows.entries()) {
    if (show.kind === 'held') {
      const text = waiting.get(show.counter);
      if (text !== undefined && contact.state !== 'blocked') showText(core, work, contact, text);
      const { counter } = show;
      work.change({ kind: 'delete-held', account, device, chain: number, counter });
    } else if (contact.state !== 'blocked') {
      if (show.kind === 'this' && arrived !== undefined) showText(core, work, contact, arrived);
      if (show.kind === 'missing' && !(job.silent && index === 0)) {
        noticeAt = (await makeGapNotice(core, work, contact, { missing: show.count, at: noticeAt })) + 1;
      }
    }
  }
}
