import { GAP_PATIENCE } from '../constants.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { ChainState } from '../ports/store.ts';
import { giveUpGaps, isUnheard } from './follow-chain.ts';
import { showTexts } from './show-texts.ts';

/** Shows gaps, and what is held behind them, when what is missing has not come for 30 seconds (design §2). */
export function watchGaps(core: Core): Alarm {
  return createAlarm(core, 'gap-watch', async () => {
    for (const gap of await core.store.openGaps(Number.MAX_SAFE_INTEGER)) {
      if (isOver(core, gap.gapSince ?? 0)) await showGap(core, gap);
    }
    const open = await core.store.openGaps(Number.MAX_SAFE_INTEGER);
    if (open.length === 0) return undefined;
    const earliest = Math.min(...open.map(({ gapSince = 0 }) => gapSince));
    return Math.min(GAP_PATIENCE, earliest + GAP_PATIENCE - core.clock.now());
  });
}

/** Either way, so that a clock that went back keeps nothing from the screen for longer. */
function isOver(core: Core, at: number): boolean {
  return Math.abs(core.clock.now() - at) >= GAP_PATIENCE;
}

function showGap(core: Core, due: ChainState): Promise<void> {
  return core.unit(async (work) => {
    const chain = await core.store.chain(due.account, due.device, due.chain);
    if (chain === undefined) return;
    const given = giveUpGaps(chain, (at) => isOver(core, at));
    work.change({ kind: 'put-chain', chain: given.chain });
    const contact = await core.store.contact(due.account);
    if (contact === undefined) return;
    const silent = contact.state === 'request' && isUnheard(chain);
    await showTexts(core, work, contact, { chain: given.chain, shows: given.shows, silent });
  });
}
